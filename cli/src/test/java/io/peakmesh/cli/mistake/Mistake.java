package io.peakmesh.cli.mistake;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One mistake of a user: a file that lies beside a good one. */
public final class Mistake {
    /** The good file beside each mistake. */
    public static final String GOOD = "shop.yaml";

    /** Objects in the good file that the mesh reads. */
    public static final int GOOD_OBJECTS = 14;

    private final String name;
    private final String file;
    private final byte[] content;
    private final List<String> lines;

    /**
     * @param file its name; it sorts after {@link #GOOD}, so that what stands in both stays there
     * @param lines what the user is told, exactly; a refusal begins with ×, a remark with ‼
     */
    private Mistake(String name, String file, byte[] content, List<String> lines) {
        this.name = name;
        this.file = file;
        this.content = content;
        this.lines = lines;
    }

    static Mistake yaml(String name, String content, String... lines) {
        return new Mistake(
                name, "wrong.yaml", content.getBytes(StandardCharsets.UTF_8), List.of(lines));
    }

    static Mistake bytes(String name, String file, byte[] content, String... lines) {
        return new Mistake(name, file, content, List.of(lines));
    }

    /** All of them. */
    public static Stream<Mistake> all() {
        return Stream.of(
                        TextMistakes.all(),
                        ObjectMistakes.all(),
                        BalancingMistakes.all(),
                        SplitMistakes.all(),
                        PolicyMistakes.all())
                .flatMap(List::stream);
    }

    public List<String> lines() {
        return lines;
    }

    /** Those of files that cannot be read, or hold nothing that could be told from others. */
    public static Stream<Mistake> ofTexts() {
        return TextMistakes.all().stream();
    }

    /** Whether the file, or an object in it, is refused. */
    public boolean refused() {
        return lines.stream().anyMatch(line -> line.startsWith("×"));
    }

    /** Writes the good file into the folder. */
    public static void writeGood(Path folder) {
        try (InputStream good = Mistake.class.getResourceAsStream("/mistakes/" + GOOD)) {
            if (good == null) {
                throw new IllegalStateException("mistakes/" + GOOD + " is not among the resources");
            }
            Files.copy(good, folder.resolve(GOOD));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path in(Path folder) {
        return folder.resolve(file);
    }

    /** Writes the mistake into the folder. */
    public void write(Path folder) throws IOException {
        Files.write(in(folder), content);
    }

    @Override
    public String toString() {
        return name;
    }
}
