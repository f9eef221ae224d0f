package io.peakmesh.injector.patch;

import io.peakmesh.injector.patch.Injection.LeftAlone;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether a pod gets a sidecar at all. */
final class Verdict {
    private static final Set<String> OTHER_MESHES =
            Set.of("linkerd-proxy", "istio-proxy", "kuma-sidecar", "consul-dataplane");

    private Verdict() {}

    /** Why it gets none; empty if it gets one. */
    static Optional<LeftAlone> leftAlone(
            Map<String, Object> pod, NamespaceFacts namespace, InjectionSettings settings)
            throws Unfit {
        if (injected(pod)) {
            return Optional.of(new LeftAlone("it has its sidecar already", true));
        }
        Map<String, Object> annotations = Tree.map(Tree.map(pod, "metadata"), "annotations");
        String own = asked(Tree.text(annotations, Names.INJECT), "");
        String inherited =
                asked(
                        namespace.annotations().getOrDefault(Names.INJECT, ""),
                        " (of namespace " + namespace.name() + ")");
        if (own.equals("disabled") || (own.isEmpty() && inherited.equals("disabled"))) {
            String who = own.isEmpty() ? "its namespace" : "it";
            return Optional.of(
                    new LeftAlone(who + " has the annotation peakmesh.io/inject: disabled", true));
        }
        if (own.isEmpty() && inherited.isEmpty()) {
            return Optional.of(
                    new LeftAlone(
                            "neither it nor its namespace has the annotation peakmesh.io/inject:"
                                    + " enabled",
                            true));
        }
        return unable(pod, annotations, settings).map(reason -> new LeftAlone(reason, false));
    }

    static boolean injected(Map<String, Object> pod) {
        return containers(pod).stream()
                .anyMatch(found ->
                        Tree.text(found.container(), "name").equals(Names.PROXY_CONTAINER));
    }

    private static String asked(String text, String where) throws Unfit {
        if (text.isEmpty() || text.equals("enabled") || text.equals("disabled")) {
            return text;
        }
        throw new Unfit(
                Names.annotation(Names.INJECT) + where,
                "must be enabled or disabled, is " + PodSettings.quoted(text));
    }

    /** Why it cannot have one though it was asked for. */
    private static Optional<String> unable(
            Map<String, Object> pod, Map<String, Object> annotations, InjectionSettings settings) {
        Map<String, Object> spec = Tree.map(pod, "spec");
        if (Boolean.TRUE.equals(spec.get("hostNetwork"))) {
            return Optional.of(
                    "it is in its node's network (hostNetwork), where a redirect would take the"
                            + " node's traffic");
        }
        if (annotations.containsKey("kubernetes.io/config.mirror")) {
            return Optional.of("it is a static pod, which its node runs from a file");
        }
        if (Tree.text(Tree.map(spec, "os"), "name").equals("windows")
                || Tree.text(Tree.map(spec, "nodeSelector"), "kubernetes.io/os")
                        .equals("windows")) {
            return Optional.of("it runs on Windows, for which there is no proxy");
        }
        if (Tree.text(annotations, Names.PROXY).equals("none")) {
            return Optional.of("it has the annotation peakmesh.io/proxy: none");
        }
        for (Found found : containers(pod)) {
            String name = Tree.text(found.container(), "name");
            if (OTHER_MESHES.contains(name)) {
                return Optional.of("it has the sidecar of another mesh, container " + name);
            }
        }
        String restart = Tree.text(spec, "restartPolicy");
        if (!settings.nativeSidecars()
                && (restart.equals("Never") || restart.equals("OnFailure"))) {
            return Optional.of(
                    "it ends by itself (restartPolicy "
                            + restart
                            + "), which its sidecar would keep it from; Kubernetes 1.29 and newer"
                            + " have sidecars that end with it");
        }
        return Optional.empty();
    }

    /** Refuses what would not work in it. */
    static void check(Map<String, Object> pod) throws Unfit {
        Map<String, Object> spec = Tree.map(pod, "spec");
        checkUser(spec, "spec.securityContext");
        for (Found found : containers(pod)) {
            checkUser(found.container(), found.field() + ".securityContext");
            if (Tree.text(found.container(), "name").equals(Names.REDIRECT_CONTAINER)) {
                throw taken(found.field() + ".name", Names.REDIRECT_CONTAINER);
            }
        }
        List<Map<String, Object>> volumes = Tree.maps(spec, "volumes");
        for (int i = 0; i < volumes.size(); i++) {
            if (Tree.text(volumes.get(i), "name").equals(Names.VOLUME)) {
                throw taken("spec.volumes[" + i + "].name", Names.VOLUME);
            }
        }
    }

    private static Unfit taken(String field, String name) {
        return new Unfit(
                field,
                name
                        + " is the mesh's own name: rename yours, or remove what is left of an earlier"
                        + " injection with: mesh uninject");
    }

    private static void checkUser(Map<String, Object> holder, String field) throws Unfit {
        Object user = Tree.map(holder, "securityContext").get("runAsUser");
        if (user instanceof Number number && number.longValue() == ProxyImage.UID) {
            throw new Unfit(
                    field + ".runAsUser",
                    ProxyImage.UID
                            + " is the proxy's user, whose traffic is not redirected: take another"
                            + " user, or leave the pod out with the annotation"
                            + " peakmesh.io/inject: disabled");
        }
    }

    /** A container and where it stands. */
    record Found(String field, Map<String, Object> container) {}

    static List<Found> containers(Map<String, Object> pod) {
        Map<String, Object> spec = Tree.map(pod, "spec");
        List<Found> out = new ArrayList<>();
        for (String list : List.of("initContainers", "containers")) {
            List<Map<String, Object>> containers = Tree.maps(spec, list);
            for (int i = 0; i < containers.size(); i++) {
                out.add(new Found("spec." + list + "[" + i + "]", containers.get(i)));
            }
        }
        return out;
    }
}
