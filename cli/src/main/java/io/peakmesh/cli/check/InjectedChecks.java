package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.survey.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Whether every pod that should have a sidecar has one, of today's version and settings. */
final class InjectedChecks {
    private static final String LEVEL = "pod-security.kubernetes.io/enforce";
    private static final Set<String> STRICT = Set.of("baseline", "restricted");

    private final Installation mesh;
    private final Answers controlPlane;
    private final String namespace;

    private InjectedChecks(Installation mesh, Answers controlPlane, String namespace) {
        this.mesh = mesh;
        this.controlPlane = controlPlane;
        this.namespace = namespace;
    }

    /**
     * @param namespace of the apps; empty for all
     */
    static Category of(Installation mesh, Answers controlPlane, String namespace) {
        InjectedChecks checks = new InjectedChecks(mesh, controlPlane, namespace);
        List<Check> all = new ArrayList<>();
        all.add(Check.of("data plane namespace exists", checks::exists).asFirst());
        all.add(Check.awaited("data plane proxies are ready", checks::ready));
        all.add(Check.of("data plane pods have their proxy", checks::injected));
        all.add(Check.of("data plane is up-to-date", checks::current));
        all.add(Check.of("data plane probes fit the namespace's policy", checks::probes));
        all.add(Check.of("data plane redirects where it may", checks::modes));
        all.addAll(DataPlaneChecks.all(controlPlane, mesh.commands(), namespace));
        return new Category("peakmesh-data-plane", all);
    }

    private List<PodFacts> pods(Predicate<PodFacts> wanted) {
        return mesh.view().pods(namespace).stream()
                .filter(pod -> pod.running() && wanted.test(pod))
                .toList();
    }

    /** A value of each namespace that has it: name → value. */
    private Map<String, String> namespaces(Function<JsonNode, String> value) {
        Map<String, String> found = new HashMap<>();
        mesh.view()
                .list(Kind.NAMESPACE, "", "", one -> Map.entry(View.name(one), value.apply(one)))
                .forEach(entry -> found.put(entry.getKey(), entry.getValue()));
        return found;
    }

    private Map<String, String> wishes() {
        return namespaces(one ->
                one.path("metadata").path("annotations").path("peakmesh.io/inject").asText(""));
    }

    private Finding exists() {
        if (namespace.isEmpty()) {
            boolean any =
                    wishes().containsValue("enabled")
                            || !pods(pod -> !pod.mode().isEmpty()).isEmpty();
            return any
                    ? Finding.good()
                    : new Finding.Warning(
                            "no namespace and no pod is in the mesh yet",
                            mesh.commands()
                                    .kubectl("annotate namespace NAME peakmesh.io/inject=enabled"));
        }
        return mesh.view().get(Kind.NAMESPACE, "", namespace).isPresent()
                ? Finding.good()
                : new Finding.Failure(
                        "there is no namespace " + namespace,
                        mesh.commands().kubectl("get namespaces"));
    }

    private Finding ready() {
        List<PodFacts> all = pods(PodFacts::proxy);
        List<PodFacts> wrong = all.stream().filter(pod -> !pod.proxyReady()).toList();
        if (wrong.isEmpty()) {
            return all.isEmpty() ? Finding.good() : new Finding.Good("" + all.size());
        }
        return new Finding.Failure(
                Few.of(
                        wrong.stream().map(pod -> told(pod, pod.trouble())).toList(),
                        "of " + all.size() + " are not ready"),
                mesh.commands().proxyOf(wrong.getFirst().path()));
    }

    private static String told(PodFacts pod, String what) {
        return pod.path() + (what.isEmpty() ? "" : ": " + what);
    }

    private Finding injected() {
        Map<String, String> wishes = wishes();
        return restart(
                pods(pod ->
                        !pod.proxy()
                                && pod.mode().isEmpty()
                                && !pod.hostNetwork()
                                && !pod.namespace().equals(mesh.namespace())
                                && (pod.inject().isEmpty()
                                                ? wishes.getOrDefault(pod.namespace(), "")
                                                : pod.inject())
                                        .equals("enabled")),
                pod -> "",
                "started without a proxy, though they should have one");
    }

    /** What an injected pod holds is of the version that injected it, for its whole life. */
    private Finding current() {
        String version = controlPlane.get("/version").path("peakmesh").asText("");
        return restart(
                pods(pod -> pod.proxy() && !pod.proxyVersion().equals(version)),
                pod -> pod.proxyVersion().isEmpty() ? "unknown" : pod.proxyVersion(),
                "proxies are not of the control plane's version " + version);
    }

    private Finding probes() {
        Set<String> denying = new HashSet<>();
        for (JsonNode mode : controlPlane.get("/policy").path("namespaces")) {
            if (mode.path("unmeshedCallers").asText("").equals("deny")) {
                denying.add(mode.path("namespace").asText(""));
            }
        }
        return restart(
                pods(pod ->
                        pod.proxy()
                                && pod.mode().equals("redirect")
                                && pod.openProbes()
                                && denying.contains(pod.namespace())),
                pod -> "",
                "let their node's probes through to the app, from when their namespace allowed"
                        + " unmeshed callers");
    }

    private Finding modes() {
        Map<String, String> levels =
                namespaces(one -> one.path("metadata").path("labels").path(LEVEL).asText(""));
        return restart(
                pods(pod ->
                        pod.proxy()
                                && pod.mode().equals("mesh-port")
                                && !STRICT.contains(levels.getOrDefault(pod.namespace(), ""))),
                pod -> "",
                "use the mesh-port mode where a redirect is allowed");
    }

    /** A warning that names the pods, and restarts what the first of them belongs to. */
    private Finding restart(List<PodFacts> pods, Function<PodFacts, String> detail, String what) {
        return pods.isEmpty()
                ? Finding.good()
                : new Finding.Warning(
                        Few.of(
                                pods.stream().map(pod -> told(pod, detail.apply(pod))).toList(),
                                what),
                        restarts(pods));
    }

    private String restarts(List<PodFacts> pods) {
        PodFacts first = pods.getFirst();
        String in = " -n " + first.namespace();
        boolean rolls = first.owner().matches("(deployment|statefulset|daemonset)/.*");
        if (rolls) {
            return mesh.commands().kubectl("rollout restart " + first.owner() + in);
        }
        return first.owner().isEmpty()
                ? mesh.commands().kubectl("get pod " + first.name() + in + " -o yaml")
                        + " | "
                        + mesh.commands().kubectl("replace --force -f -")
                : mesh.commands().kubectl("delete pod " + first.name() + in);
    }
}
