package io.peakmesh.cli.inject;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.peakmesh.cli.terminal.CliException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The documents of files, folders and standard input, and the way out again. */
final class Inputs {
    private Inputs() {}

    /**
     * Reads them all.
     *
     * @param names files, folders with all below them, or {@code -} for {@code in}
     */
    static List<Manifest> read(List<String> names, InputStream in) throws IOException {
        List<Manifest> out = new ArrayList<>();
        for (String name : names) {
            if (name.equals("-")) {
                out.addAll(Manifest.read("standard input", new String(in.readAllBytes(), UTF_8)));
                continue;
            }
            Path path = Path.of(name);
            if (!Files.exists(path)) {
                throw new CliException("no such file or folder: " + name);
            }
            for (Path file : files(path)) {
                out.addAll(Manifest.read(file.toString(), Files.readString(file)));
            }
        }
        if (out.isEmpty()) {
            throw new CliException("there is no manifest in " + String.join(", ", names));
        }
        return out;
    }

    private static List<Path> files(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> all = Files.walk(path)) {
            return all.filter(Files::isRegularFile).filter(Inputs::manifest).sorted().toList();
        }
    }

    private static boolean manifest(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Stream.of(".yaml", ".yml", ".json").anyMatch(name::endsWith);
    }

    static void print(List<Manifest> documents, PrintWriter out) {
        boolean alone = documents.size() == 1;
        for (Manifest document : documents) {
            if (!alone) {
                out.print("---\n");
            }
            out.print(document.print(alone));
        }
        out.flush();
    }
}
