package io.peakmesh.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.injector.patch.Injection.Injected;
import io.peakmesh.injector.patch.Injection.LeftAlone;
import io.peakmesh.injector.patch.Injection.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A folder of {@code golden} is a case: {@code in.yaml} has a pod, and its namespace and the mesh's
 * settings where they matter; {@code out.yaml} has what becomes of it. Envoy's bootstrap is left
 * out of it. With {@code -Dgolden.rewrite=true} the outcomes are written.
 */
final class GoldenTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static List<Path> cases() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.filter(Files::isDirectory).sorted().toList();
        }
    }

    @Test
    void coversAtLeastFifteenCases() throws IOException {
        assertThat(cases()).hasSizeGreaterThanOrEqualTo(15);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void becomesWhatItsGoldenFileSays(Path folder) throws IOException {
        String actual =
                Cases.text(outcome(Cases.yaml(Files.readString(folder.resolve("in.yaml")))));
        Path golden = folder.resolve("out.yaml");
        if (Boolean.getBoolean("golden.rewrite")) {
            Files.writeString(golden, actual);
        }
        assertThat(actual).isEqualTo(Files.readString(golden));
    }

    private static Map<String, Object> outcome(Map<String, Object> in) {
        Map<String, Object> of = Tree.map(in, "namespace");
        NamespaceFacts namespace =
                Cases.namespace(
                        Cases.texts(Tree.map(of, "labels")),
                        Cases.texts(Tree.map(of, "annotations")));
        Map<String, Object> settings = Tree.map(in, "settings");
        InjectionSettings mesh =
                Cases.mesh(
                        !Boolean.FALSE.equals(settings.get("nativeSidecars")),
                        Cases.texts(Tree.map(settings, "defaults")));
        Map<String, Object> pod = Tree.map(in, "pod");
        return switch (Injector.of(pod, namespace, mesh)) {
            case Injected injected ->
                    Tree.of(
                            "mode",
                            injected.mode(),
                            "remarks",
                            injected.remarks(),
                            "pod",
                            withoutBootstrap(JsonPatch.apply(injected.patch(), pod)));
            case LeftAlone alone ->
                    Tree.of("leftAlone", alone.reason(), "expected", alone.expected());
            case Refused refused -> Tree.of("refused", refused.field(), "reason", refused.reason());
        };
    }

    private static Map<String, Object> withoutBootstrap(Map<String, Object> pod) {
        List<Object> arguments =
                Tree.childList(Cases.container(pod, Names.PROXY_CONTAINER), "args");
        arguments.set(arguments.indexOf("--config-yaml") + 1, "(bootstrap)");
        return pod;
    }
}
