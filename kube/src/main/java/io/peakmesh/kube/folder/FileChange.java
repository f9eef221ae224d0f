package io.peakmesh.kube.folder;

import io.peakmesh.kube.reader.ReadResult;
import io.peakmesh.kube.reader.YamlReader;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What is known of one file now; {@code path} is relative to the folder, with {@code /}. */
sealed interface FileChange {
    String path();

    /**
     * The file could be read.
     *
     * @param hash SHA-256 of its bytes
     */
    record Content(String path, String hash, ReadResult result) implements FileChange {}

    /** The file is not there. */
    record Gone(String path) implements FileChange {}

    /** The file is there and its bytes cannot be had. */
    record Blocked(String path, String reason) implements FileChange {}

    static FileChange of(String path, byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String hex = HexFormat.of().formatHex(hash);
            return new Content(path, hex, YamlReader.read(path, bytes));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
