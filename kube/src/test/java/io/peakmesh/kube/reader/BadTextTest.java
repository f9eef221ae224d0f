package io.peakmesh.kube.reader;

import static io.peakmesh.kube.reader.Texts.GOOD;
import static io.peakmesh.kube.reader.Texts.json;
import static io.peakmesh.kube.reader.Texts.keys;
import static io.peakmesh.kube.reader.Texts.lines;
import static io.peakmesh.kube.reader.Texts.yaml;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text that is no YAML or JSON, or too much of it: one clear line, and the rest stays. */
class BadTextTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    a: 1\\n\\tb: 2                 | line 7, column 1: a tab stands where only spaces may: indent with spaces
                    a: b: c                      | line 6, column 5: a ':' where no field can begin: check the indentation, or quote the text
                    a: 1\\nb\\nc: 1                | line 8, column 1: a field without ':' after its name, before this line: check the indentation
                    - a\\nb: 1                    | line 7, column 1: the indentation does not fit the lines above: align it
                    a: 'x                        | line 7, column 1: the text ends inside quotes: close them
                    a: [1, 2                     | line 7, column 1: a '[' or '{' before this is not closed, or a ',' is missing
                    a: 1\\na: 2                   | line 7, column 1: field 'a' stands twice in one object: remove one
                    a: {b: 1, b: 2}              | line 6, column 11: field 'b' stands twice in one object: remove one
                    a: *nowhere                  | line 6, column 4: alias *nowhere refers to no complete anchor before it: define it there
                    a: &x [*x]                   | line 6, column 8: alias *x refers to no complete anchor before it: define it there
                    <<: 5                        | line 6, column 1: merge key '<<' needs an object or a list of objects
                    a: !!binary aGk=             | line 6, column 4: tag 'tag:yaml.org,2002:binary' is not taken here: remove it
                    a: !secret x                 | line 6, column 4: tag '!secret' is not taken here: remove it
                    a: !!int x                   | line 6, column 4: tag 'tag:yaml.org,2002:int' is not taken here: remove it
                    ? [a]\\n: b                   | line 6, column 3: a field's name must be text
                    a: {{ .v }}                  | line 6, column 5: '{{' begins no text: render the template first, or quote the text
                    ~: b                         | line 6, column 1: a field's name must be text
                    a: @home                     | line 6, column 4: not YAML: while scanning for the next token: found character '@' that cannot start any token. (Do not use @ for indentation)
                    """)
    void badYamlIsOneLineWithItsPlaceAndItsSiblingsAreRead(String bad, String expected) {
        String text =
                GOOD + "---\n" + bad.translateEscapes() + "\n---\n" + GOOD.replace("good", "also");

        assertThat(lines(yaml(text))).containsExactly("f.yaml: " + expected);
        assertThat(keys(yaml(text))).containsExactly("Service shop/good", "Service shop/also");
    }

    @Test
    void textThatIsNotUtf8IsRefusedWithItsPlace() {
        byte[] latin1 = "kind: x\nname: caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(lines(YamlReader.read("f.yaml", latin1)))
                .containsExactly(
                        "f.yaml: line 2, column 10: byte 0xE9 is not UTF-8: save the file as"
                                + " UTF-8");
    }

    @Test
    void nulAndOtherControlCharactersAreRefusedWithTheirPlace() {
        assertThat(lines(yaml("a: 1\r\nb: \u0000")))
                .containsExactly(
                        "f.yaml: line 2, column 4: character U+0000 is not allowed in text: remove"
                                + " it");
        assertThat(lines(yaml("a: \u001b[31m")))
                .singleElement()
                .asString()
                .startsWith("f.yaml: line 1, column 4: character U+001B");
    }

    @Test
    void utf16IsNamedAsSuch() {
        assertThat(lines(YamlReader.read("f.yaml", GOOD.getBytes(StandardCharsets.UTF_16))))
                .containsExactly("f.yaml: is UTF-16 text: save it as UTF-8");
    }

    @Test
    void aByteOrderMarkAndWindowsLineEndsAreFine() {
        assertThat(keys(yaml("\uFEFF" + (GOOD + "---\n" + GOOD).replace("\n", "\r\n"))))
                .containsExactly("Service shop/good", "Service shop/good");
    }

    @Test
    void aMegabyteOfJunkIsOneLine() {
        byte[] junk = new byte[1 << 20];
        new Random(7).nextBytes(junk);
        byte[] printable = new byte[1 << 20];
        new Random(8).ints(printable.length, ' ', '~').forEach(new Filler(printable)::add);

        assertThat(lines(YamlReader.read("f.yaml", junk))).hasSize(1);
        assertThat(lines(YamlReader.read("f.yaml", printable))).hasSize(1);
        assertThat(lines(YamlReader.read("f.json", printable)))
                .singleElement()
                .asString()
                .startsWith("f.json: line 1, column")
                .contains("not JSON");
    }

    private static final class Filler {
        private final byte[] bytes;
        private int next;

        Filler(byte[] bytes) {
            this.bytes = bytes;
        }

        void add(int value) {
            bytes[next++] = (byte) value;
        }
    }

    @Test
    void aFileLargerThanTheLimitIsRefusedUnread() {
        assertThat(lines(YamlReader.read("f.yaml", new byte[YamlReader.MAX_BYTES + 1])))
                .containsExactly("f.yaml: is larger than 4 MiB: split it into several files");
    }

    @Test
    void aBillionLaughsAreNotLaughed() {
        StringBuilder bomb = new StringBuilder("a0: &a0 lol\n");
        for (int i = 1; i < 20; i++) {
            String repeated = ("*a" + (i - 1) + ", ").repeat(10);
            bomb.append("a").append(i).append(": &a").append(i);
            bomb.append(" [").append(repeated).append("]\n");
        }

        assertThat(lines(yaml(GOOD + "---\n" + bomb)))
                .singleElement()
                .asString()
                .contains(
                        "more than 500000 values in one file (aliases count as what they repeat)");
        assertThat(keys(yaml(GOOD + "---\n" + bomb))).containsExactly("Service shop/good");
    }

    @Test
    void aBombOfMergeKeysIsBoundedToo() {
        String big =
                IntStream.range(0, 1_000)
                        .mapToObj(i -> "k" + i + ": 1")
                        .collect(Collectors.joining(", ", "base: &b {", "}\n"));
        String bomb = big + "all:\n" + "- {<<: *b}\n".repeat(1_000);

        assertThat(lines(yaml(bomb))).singleElement().asString().contains("more than 500000");
    }

    @Test
    void deepNestingIsRefusedInBothLanguages() {
        String deep = "[".repeat(50_000);

        assertThat(lines(yaml("a: " + deep)))
                .containsExactly(
                        "f.yaml: line 1, column 104: nested deeper than 100 levels: flatten it");
        assertThat(lines(json("{\"a\": " + deep)))
                .singleElement()
                .asString()
                .contains("nested deeper than 100 levels: flatten it");
        String block =
                IntStream.range(0, 500)
                        .mapToObj(i -> " ".repeat(i) + "a:\n")
                        .collect(Collectors.joining());
        assertThat(lines(yaml(block))).singleElement().asString().contains("nested deeper");
    }

    @Test
    void aHugeScalarIsQuotedShort() {
        String text = "kind: " + "x".repeat(1 << 20);

        assertThat(lines(yaml(text))).singleElement().asString().hasSizeLessThan(300);
    }

    @Test
    void aLineThatTheParserWouldTakeLongForIsRefused() {
        String text = GOOD + "---\r\n# a\r\nkind: " + " ".repeat(2 << 20) + "x\r\n---\n" + GOOD;

        assertThat(lines(yaml(text)))
                .containsExactly(
                        "f.yaml: line 7, column 1500001: longer than 1500000 characters: break it"
                                + " up");
        assertThat(keys(yaml(text))).hasSize(2);
    }

    @Test
    void badJsonIsOneLineAndWhatStandsBeforeItIsRead() {
        String good =
                "{\"apiVersion\":\"v1\",\"kind\":\"ServiceAccount\",\"metadata\":{\"name\":\"a\"}}\n";

        assertThat(lines(json(good + "{\"a\": 1, \"a\": 2}")))
                .singleElement()
                .asString()
                .startsWith("f.json: line 2, column")
                .endsWith("field 'a' stands twice in one object: remove one");
        assertThat(lines(json(good + "{\"a\": ,}")))
                .singleElement()
                .asString()
                .contains("not JSON");
        assertThat(keys(json(good + "{\"a\": "))).containsExactly("ServiceAccount default/a");
    }

    @Test
    void tooManyObjectsAreCutWithOneLine() {
        String account = "---\n{apiVersion: v1, kind: ServiceAccount, metadata: {name: a}}\n";
        ReadResult result = yaml(account.repeat(YamlReader.MAX_OBJECTS + 5));

        assertThat(result.objects()).hasSize(YamlReader.MAX_OBJECTS);
        assertThat(lines(result))
                .containsExactly(
                        "f.yaml: holds more than 20000 objects: the rest is not read, split the"
                                + " file");
    }

    @Test
    void documentsThatCannotBeUsedCountAsObjectsToo() {
        assertThat(lines(yaml("--- 1\n".repeat(100_000)))).hasSize(YamlReader.MAX_PROBLEMS);
        assertThat(keys(yaml("--- [\n".repeat(YamlReader.MAX_OBJECTS - 1) + "---\n" + GOOD)))
                .containsExactly("Service shop/good");
        assertThat(keys(yaml("--- [\n".repeat(YamlReader.MAX_OBJECTS) + "---\n" + GOOD))).isEmpty();
    }

    @Test
    void problemsAreToldUpToALimit() {
        ReadResult result = yaml("--- 5\n".repeat(1_000));

        assertThat(result.problems()).hasSize(YamlReader.MAX_PROBLEMS);
        assertThat(lines(result).getLast())
                .isEqualTo("f.yaml: has more problems than are listed: mend these first");
    }

    @Test
    void binaryFilesAreRefused() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0});

        assertThat(lines(YamlReader.read("f.yaml", bytes.toByteArray())))
                .containsExactly(
                        "f.yaml: line 1, column 1: byte 0x89 is not UTF-8: save the file as"
                                + " UTF-8");
    }
}
