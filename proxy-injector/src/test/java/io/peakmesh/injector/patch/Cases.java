package io.peakmesh.injector.patch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** What tests are about, from YAML. */
final class Cases {
    static final InjectionSettings MESH =
            new InjectionSettings(
                    "registry.example/peakmesh/proxy:0.1.0",
                    "IfNotPresent",
                    "peakmesh.peakmesh.svc.cluster.local",
                    15010,
                    "cluster.local",
                    "0.1.0",
                    "v1",
                    true,
                    Map.of());
    static final NamespaceFacts ENABLED =
            new NamespaceFacts("shop", Map.of(), Map.of("peakmesh.io/inject", "enabled"));

    private Cases() {}

    static Map<String, Object> yaml(String text) {
        return Tree.map(new Load(LoadSettings.builder().build()).loadFromString(text));
    }

    static String text(Object value) {
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setDereferenceAliases(true)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings).dumpToString(value);
    }

    static InjectionSettings mesh(boolean nativeSidecars, Map<String, String> defaults) {
        return new InjectionSettings(
                MESH.proxyImage(),
                MESH.imagePullPolicy(),
                MESH.xdsHost(),
                MESH.xdsPort(),
                MESH.trustDomain(),
                MESH.version(),
                MESH.module(),
                nativeSidecars,
                defaults);
    }

    /** A namespace that is enabled, and says more. */
    static NamespaceFacts namespace(Map<String, String> labels, Map<String, String> annotations) {
        Map<String, String> all = new HashMap<>(ENABLED.annotations());
        all.putAll(annotations);
        return new NamespaceFacts("shop", labels, all);
    }

    static NamespaceFacts restricted() {
        return namespace(Map.of("pod-security.kubernetes.io/enforce", "restricted"), Map.of());
    }

    static Map<String, String> texts(Map<String, Object> map) {
        Map<String, String> out = new HashMap<>();
        map.forEach((key, value) -> out.put(key, String.valueOf(value)));
        return out;
    }

    /** The pod with its sidecar; fails the test if it gets none. */
    static Map<String, Object> injected(
            Map<String, Object> pod, NamespaceFacts namespace, InjectionSettings mesh) {
        Injection injection = Injector.of(pod, namespace, mesh);
        if (injection instanceof Injection.Injected injected) {
            return JsonPatch.apply(injected.patch(), pod);
        }
        throw new AssertionError("not injected: " + injection);
    }

    static Map<String, Object> container(Map<String, Object> pod, String name) {
        List<Verdict.Found> all = Verdict.containers(pod);
        return all.stream()
                .map(Verdict.Found::container)
                .filter(container -> Tree.text(container, "name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no container " + name + " in " + pod));
    }
}
