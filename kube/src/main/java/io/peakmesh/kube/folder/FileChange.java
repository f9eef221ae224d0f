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

    /** The file's bytes are those last taken: nothing was parsed. */
    record Same(String path) implements FileChange {}

    /** The file is not there. */
    record Gone(String path) implements FileChange {}

    /** The file is there and its bytes cannot be had. */
    record Blocked(String path, String reason) implements FileChange {}

    /**
     * These bytes as a change.
     *
     * @param held the hash of those last taken, empty if none
     */
    static FileChange of(String path, byte[] bytes, String held) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            String hex = HexFormat.of().formatHex(hash);
            return hex.equals(held)
                    ? new Same(path)
                    : new Content(path, hex, YamlReader.read(path, bytes));
        } catch (NoSuchAlgorithmException everyPlatformHasIt) {
            throw new IllegalStateException(everyPlatformHasIt);
        }
    }
}
