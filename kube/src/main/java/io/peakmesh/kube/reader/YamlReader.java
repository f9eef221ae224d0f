package io.peakmesh.kube.reader;

import io.peakmesh.kube.reader.Documents.Document;
import java.util.Locale;

/**
 * Reads one file's bytes. A text whose name ends in {@code .json} is read as JSON (one value or
 * several after each other), anything else as YAML 1.2 with one object or list a document.
 *
 * <p>It never throws for what the text holds, and one bad document, object or item of a list stops
 * no other. Names, ports and addresses are checked; nothing is looked up in DNS.
 */
public final class YamlReader {
    /** The largest text, in bytes: 4 MiB. */
    public static final int MAX_BYTES = 4 << 20;

    /** The longest line of YAML, in characters: the parser's time grows with its square. */
    public static final int MAX_LINE = 1_500_000;

    /** How deep lists and objects may nest in each other. */
    public static final int MAX_NESTING = 100;

    /** How many values one text may hold, each counted as often as aliases repeat it. */
    public static final int MAX_VALUES = 500_000;

    /** How many objects one text may hold, whatever their kind and whether they can be used. */
    public static final int MAX_OBJECTS = 20_000;

    /** How many problems are told of one text. */
    public static final int MAX_PROBLEMS = 200;

    private YamlReader() {}

    /**
     * Reads one text.
     *
     * @param origin the file's name for people, relative to its folder; it decides YAML or JSON
     */
    public static ReadResult read(String origin, byte[] bytes) {
        Intake intake = new Intake(origin);
        String text;
        try {
            text = Text.decode(bytes);
        } catch (Unparsable problem) {
            intake.refuse(problem);
            return intake.result();
        }
        Budget budget = new Budget(MAX_VALUES);
        if (origin.toLowerCase(Locale.ROOT).endsWith(".json")) {
            readJson(text, budget, intake);
        } else {
            readYaml(text, budget, intake);
        }
        return intake.result();
    }

    private static void readYaml(String text, Budget budget, Intake intake) {
        for (Document document : Documents.split(text)) {
            try {
                Text.checkLines(document);
                YamlTree.read(document, budget)
                        .ifPresent(value -> intake.take(value, document.firstLine()));
            } catch (Unparsable problem) {
                intake.refuse(problem);
            }
            if (budget.spent() || intake.full()) {
                return;
            }
        }
    }

    private static void readJson(String text, Budget budget, Intake intake) {
        try {
            JsonTree.read(text, budget, intake);
        } catch (Unparsable problem) {
            intake.refuse(problem);
        }
    }
}
