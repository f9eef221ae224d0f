package io.peakmesh.cli.mistake;

import static io.peakmesh.cli.mistake.Mistake.bytes;
import static io.peakmesh.cli.mistake.Mistake.yaml;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Files that are no YAML or JSON, or too much of it. */
final class TextMistakes {
    private static final int MEGABYTE = 1 << 20;

    private TextMistakes() {}

    static List<Mistake> all() {
        return List.of(
                bytes(
                        "1 MB of printable junk",
                        "wrong.yaml",
                        printable(),
                        "× wrong.yaml: line 1, column 6823: a ':' where no field can"
                                + " begin: check the indentation, or quote the text"),
                bytes(
                        "1 MB of binary junk",
                        "wrong.yaml",
                        binary(),
                        "× wrong.yaml: line 1, column 1: byte 0x99 is not UTF-8: save"
                                + " the file as UTF-8"),
                bytes(
                        "1 MB of junk called JSON",
                        "wrong.json",
                        printable(),
                        "× wrong.json: line 1, column 1: not JSON: Unrecognized token"
                                + " 'T': was expecting (JSON String, Number, Array, Object or"
                                + " token 'null', 'true' or 'false')"),
                bytes(
                        "a file over the limit",
                        "wrong.yaml",
                        new byte[4 * MEGABYTE + 1],
                        "× wrong.yaml: is larger than 4 MiB: split it into several files"),
                yaml(
                        "a bomb of aliases",
                        bombOfAliases(),
                        "× wrong.yaml: line 7, column 25: more than 500000 values in"
                                + " one file (aliases count as what they repeat): split or"
                                + " shorten it"),
                yaml(
                        "a bomb of depth",
                        "a: " + "[".repeat(50_000),
                        "× wrong.yaml: line 1, column 104: nested deeper than 100"
                                + " levels: flatten it"),
                yaml(
                        "a bomb of merge keys",
                        bombOfMerges(),
                        "× wrong.yaml: line 251, column 8: more than 500000 values in"
                                + " one file (aliases count as what they repeat): split or"
                                + " shorten it"),
                yaml(
                        "a tab for indentation",
                        "kind: Service\nmetadata:\n\tname: cart\n",
                        "× wrong.yaml: line 3, column 1: a tab stands where only"
                                + " spaces may: indent with spaces"),
                bytes(
                        "text in another encoding",
                        "wrong.yaml",
                        "kind: Service\n# Caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1),
                        "× wrong.yaml: line 2, column 6: byte 0xE9 is not UTF-8: save"
                                + " the file as UTF-8"),
                bytes(
                        "text in UTF-16",
                        "wrong.yaml",
                        "kind: Service\n".getBytes(StandardCharsets.UTF_16),
                        "× wrong.yaml: is UTF-16 text: save it as UTF-8"),
                yaml(
                        "a half-written file",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: cart, namespace: shop}
                        spec:
                          ports: [{name: http, po\
                        """,
                        "× wrong.yaml: line 5, column 26: a '[' or '{' before this is"
                                + " not closed, or a ',' is missing"),
                yaml(
                        "a field given twice",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata: {name: cart, namespace: shop}
                        spec:
                          ports: [{port: 80}]
                          ports: [{port: 81}]
                        """,
                        "× wrong.yaml: line 6, column 3: field 'ports' stands twice"
                                + " in one object: remove one"),
                yaml(
                        "indentation that does not fit",
                        """
                        apiVersion: v1
                        kind: Service
                        metadata:
                          name: cart
                         namespace: shop
                        """,
                        "× wrong.yaml: line 5, column 2: the indentation does not fit"
                                + " the lines above: align it"),
                yaml(
                        "an alias of nothing",
                        "kind: Service\nmetadata: *meta\n",
                        "× wrong.yaml: line 2, column 11: alias *meta refers to no"
                                + " complete anchor before it: define it there"),
                yaml(
                        "a template that was never filled",
                        "kind: Service\nmetadata: {name: {{ .Values.name }}}\n",
                        "× wrong.yaml: line 2, column 19: '{{' begins no text: render"
                                + " the template first, or quote the text"),
                yaml(
                        "text that is no object",
                        "--- just some notes\n",
                        "× wrong.yaml: must be an object with kind and metadata, is"
                                + " 'just some notes' (in the document from line 1)"),
                bytes(
                        "JSON with a comma too many",
                        "wrong.json",
                        "{\"kind\": \"Service\",}".getBytes(StandardCharsets.UTF_8),
                        "× wrong.json: line 1, column 20: not JSON: Unexpected"
                                + " character ('}' (code 125)): was expecting double-quote to"
                                + " start field name"));
    }

    private static byte[] printable() {
        Random random = new Random(7);
        byte[] junk = new byte[MEGABYTE];
        for (int i = 0; i < junk.length; i++) {
            junk[i] = (byte) (' ' + random.nextInt('~' - ' '));
        }
        return junk;
    }

    private static byte[] binary() {
        byte[] junk = new byte[MEGABYTE];
        new Random(7).nextBytes(junk);
        return junk;
    }

    private static String bombOfAliases() {
        StringBuilder bomb = new StringBuilder("a0: &a0 lol\n");
        for (int i = 1; i < 20; i++) {
            String repeated = ("*a" + (i - 1) + ", ").repeat(10);
            bomb.append("a").append(i).append(": &a").append(i);
            bomb.append(" [").append(repeated).append("]\n");
        }
        return bomb.toString();
    }

    private static String bombOfMerges() {
        StringBuilder bomb = new StringBuilder("base: &b {");
        for (int i = 0; i < 1_000; i++) {
            bomb.append('k').append(i).append(": 1, ");
        }
        return bomb.append("}\nall:\n").append("- {<<: *b}\n".repeat(1_000)).toString();
    }
}
