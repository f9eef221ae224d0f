package io.peakmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.Run;
import io.peakmesh.cli.terminal.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** charts/sample is the demo's shop: same apps, same services, same policy. */
class SampleManifestsTest {
    private static final Path SAMPLE = Path.of("../charts/sample");

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult r) -> r.group(1))
                .toList();
    }

    private static String resource(String name) throws IOException {
        return Files.readString(Path.of("src/main/resources/demo").resolve(name));
    }

    private static List<String> documents(String text) {
        return List.of(text.replaceAll("(?m)^ *#.*\n", "").split("(?m)^---\n", -1));
    }

    @Test
    void validateHasNoRemarkOnThem() {
        Run run = Run.mesh("validate", SAMPLE.toString());

        assertThat(run.out()).contains("0 mistakes, 0 remarks");
        assertThat(run.code()).isZero();
    }

    @Test
    void everyContainerRunsAnAppOfThisVersion() throws IOException {
        String shop = Files.readString(SAMPLE.resolve("shop.yaml"));

        assertThat(all("image: (\\S+)", shop))
                .hasSize(6)
                .allMatch(("peakmesh/control-plane:" + Version.PEAKMESH)::equals);
        assertThat(all("args: \\[sample, (\\w+)", shop))
                .containsExactly("web", "catalog", "catalog", "cart", "ledger", "load");
    }

    @Test
    void theServicesAreTheDemos() throws IOException {
        String shop = Files.readString(SAMPLE.resolve("shop.yaml"));

        assertThat(documents(shop))
                .containsAll(
                        documents(resource("services.yaml")).stream()
                                .filter(d -> d.contains("kind: Service\n"))
                                .toList());
    }

    @Test
    void theSplitAndThePolicyAreTheDemos() throws IOException {
        String policy = Files.readString(SAMPLE.resolve("policy.yaml"));

        assertThat(documents(policy))
                .contains(
                        documents(resource("split.yaml"))
                                .getFirst()
                                .replace("${v1}", "90")
                                .replace("${v2}", "10"))
                .containsAll(documents(resource("policy-routes.yaml")))
                .containsAll(documents(resource("policy-load-to-web.yaml")))
                .containsAll(documents(resource("policy-web-to-catalog.yaml")))
                .containsAll(documents(resource("policy-web-to-cart.yaml")))
                .containsAll(documents(resource("policy-cart-to-ledger.yaml")));
    }

    @Test
    void helpDoesNotListTheAppsCommand() {
        assertThat(Run.mesh("help").out()).contains("demo").doesNotContain(" sample ");
        assertThat(Run.mesh("sample", "--help").code()).isEqualTo(2);
        assertThat(Run.mesh("sample", "load", "--rate=0").err()).contains("--rate must be");
    }
}
