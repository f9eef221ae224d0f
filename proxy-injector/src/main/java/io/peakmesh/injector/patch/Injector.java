package io.peakmesh.injector.patch;

import io.peakmesh.injector.patch.Injection.Injected;
import io.peakmesh.injector.patch.Injection.LeftAlone;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Gives a pod, or a workload's template of one, its sidecar: decision 010. */
public final class Injector {
    private static final String PSA = "pod-security.kubernetes.io/enforce";

    private final Map<String, Object> pod;
    private final Map<String, Object> spec;
    private final Map<String, Object> annotations;
    private final NamespaceFacts namespace;
    private final InjectionSettings settings;
    private final PodSettings own;
    private final Original original = new Original();
    private final List<String> remarks = new ArrayList<>();

    private Injector(
            Map<String, Object> before, NamespaceFacts namespace, InjectionSettings settings)
            throws Unfit {
        this.namespace = namespace;
        this.settings = settings;
        this.pod = Tree.copy(before);
        original.noteEmpty("metadata", pod, "metadata");
        Map<String, Object> metadata = Tree.childMap(pod, "metadata");
        original.noteEmpty("annotations", metadata, "annotations");
        this.annotations = Tree.childMap(metadata, "annotations");
        this.spec = Tree.childMap(pod, "spec");
        this.own = PodSettings.of(annotations, namespace, settings);
    }

    /**
     * What is to be done with a pod that is about to be made.
     *
     * @param pod with {@code metadata} and {@code spec}, as nested maps, lists and scalars; it is
     *     not changed
     */
    public static Injection of(
            Map<String, Object> pod, NamespaceFacts namespace, InjectionSettings settings) {
        try {
            Optional<LeftAlone> alone = Verdict.leftAlone(pod, namespace, settings);
            if (alone.isPresent()) {
                return alone.get();
            }
            Verdict.check(pod);
            return new Injector(pod, namespace, settings).inject(pod);
        } catch (Unfit unfit) {
            return unfit.refused();
        }
    }

    private Injected inject(Map<String, Object> before) throws Unfit {
        String mode = mode();
        int meshPort = port(Names.MESH_PORT, Names.DEFAULT_MESH_PORT);
        int outboundPort = port(Names.OUTBOUND_PORT, Names.DEFAULT_OUTBOUND_PORT);
        Sidecar sidecar = new Sidecar(settings, own);
        List<Map<String, Object>> first = new ArrayList<>();
        Map<String, Object> proxy;
        if (mode.equals(Names.REDIRECT)) {
            warnOfPorts(Set.of(15000, 15001, 15006, ProxyImage.READY_PORT));
            Probes probes = new Probes();
            boolean rewrite = rewrites();
            if (rewrite) {
                probes.rewrite(pod, original);
                remarks.addAll(probes.remarks());
            }
            first.add(sidecar.redirect(rewrite ? new TreeSet<>() : Probes.ports(pod)));
            proxy = sidecar.proxy(probes.asked());
        } else {
            if (meshPort == outboundPort) {
                throw new Unfit(
                        Names.annotation(Names.OUTBOUND_PORT),
                        "must differ from " + Names.MESH_PORT + ", both are " + meshPort);
            }
            warnOfPorts(Set.of(15000, outboundPort, meshPort, ProxyImage.READY_PORT));
            ProxyVariables.add(pod, outboundPort, settings.nativeSidecars(), original);
            proxy = sidecar.proxy(List.of());
        }
        place(first, proxy);
        original.noteEmpty("volumes", spec, "volumes");
        Tree.childList(spec, "volumes").add(sidecar.volume());
        annotate(mode);
        return new Injected(JsonPatch.between(before, pod), mode, remarks);
    }

    /**
     * A native sidecar goes before the pod's own init containers, so that they have the network;
     * else the redirect comes after them, since without a proxy they would have none.
     */
    private void place(List<Map<String, Object>> first, Map<String, Object> proxy) {
        List<Map<String, Object>> head = new ArrayList<>(first);
        if (settings.nativeSidecars()) {
            head.add(proxy);
        } else {
            Tree.childList(spec, "containers").addFirst(proxy);
        }
        if (!head.isEmpty()) {
            original.noteEmpty("initContainers", spec, "initContainers");
            List<Object> init = Tree.childList(spec, "initContainers");
            init.addAll(settings.nativeSidecars() ? 0 : init.size(), head);
        }
    }

    private String mode() throws Unfit {
        String asked = Tree.text(annotations, Names.PROXY);
        if (!Set.of("", Names.REDIRECT, Names.MESH_PORT_MODE).contains(asked)) {
            throw new Unfit(
                    Names.annotation(Names.PROXY),
                    "must be redirect, mesh-port or none, is " + PodSettings.quoted(asked));
        }
        String level = namespace.labels().getOrDefault(PSA, "privileged");
        boolean limited = level.equals("baseline") || level.equals("restricted");
        if (limited && !asked.equals(Names.MESH_PORT_MODE)) {
            remarks.add(
                    "namespace "
                            + namespace.name()
                            + " enforces the Pod Security level "
                            + level
                            + ", which forbids the redirect of traffic: the sidecar takes mTLS on"
                            + " port "
                            + port(Names.MESH_PORT, Names.DEFAULT_MESH_PORT)
                            + ", and the app calls by it where it heeds http_proxy");
        }
        return limited || asked.equals(Names.MESH_PORT_MODE)
                ? Names.MESH_PORT_MODE
                : Names.REDIRECT;
    }

    /** As the control plane reads them: what cannot be read denies. */
    private boolean rewrites() {
        String asked = own.get(Setting.PROBES);
        if (!asked.isEmpty()) {
            return asked.equals("rewrite");
        }
        String access = namespace.annotations().getOrDefault(Names.ACCESS, "permissive");
        String unmeshed =
                namespace
                        .annotations()
                        .getOrDefault(
                                Names.UNMESHED, access.equals("permissive") ? "allow" : "deny");
        return !unmeshed.equals("allow");
    }

    private int port(String annotation, int otherwise) throws Unfit {
        String text = Tree.text(annotations, annotation);
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!Setting.number(text, 1, 65535)) {
            throw new Unfit(
                    Names.annotation(annotation),
                    "must be a port from 1 to 65535, is " + PodSettings.quoted(text));
        }
        return Integer.parseInt(text);
    }

    private void warnOfPorts(Set<Integer> taken) {
        for (Verdict.Found found : Verdict.containers(pod)) {
            for (Map<String, Object> port : Tree.maps(found.container(), "ports")) {
                if (port.get("containerPort") instanceof Number number
                        && taken.contains(number.intValue())) {
                    remarks.add(
                            found.field()
                                    + ".ports: "
                                    + number
                                    + " is a port of the proxy; the one that comes second cannot"
                                    + " listen on it");
                }
            }
        }
    }

    private void annotate(String mode) {
        set(Names.PROXY, mode);
        if (mode.equals(Names.MESH_PORT_MODE)) {
            set(Names.OUTBOUND_ADDRESS, Names.LOOPBACK);
        }
        set(Names.PROXY_VERSION, settings.version());
        set(Names.INJECTED_BY, "peakmesh-injector/" + settings.version());
        if (opaquePortsByDefault()) {
            add(Names.CONFIG + Setting.OPAQUE_PORTS.key(), own.get(Setting.OPAQUE_PORTS));
        }
        String skipped = Names.CONFIG + Setting.SKIP_INBOUND_PORTS.key();
        if (own.says(Setting.SKIP_INBOUND_PORTS) && !annotations.containsKey(skipped)) {
            // the pod's callers must know, too, and the control plane reads it of the pod alone
            add(skipped, own.get(Setting.SKIP_INBOUND_PORTS));
        }
        if (!settings.nativeSidecars() && !annotations.containsKey(Names.DEFAULT_CONTAINER)) {
            // kubectl logs and exec would take the first container, which the proxy has become
            List<Map<String, Object>> containers = Tree.maps(spec, "containers");
            if (containers.size() > 1) {
                add(Names.DEFAULT_CONTAINER, Tree.text(containers.get(1), "name"));
            }
        }
        if (annotations.containsKey(Names.ORIGINAL)) {
            original.annotation(Names.ORIGINAL, annotations.get(Names.ORIGINAL));
        }
        String text = original.text();
        if (!text.isEmpty()) {
            annotations.put(Names.ORIGINAL, text);
        }
    }

    private void add(String name, String value) {
        original.addedAnnotation(name);
        annotations.put(name, value);
    }

    private void set(String name, String value) {
        if (annotations.containsKey(name)) {
            original.annotation(name, annotations.get(name));
        }
        annotations.put(name, value);
    }

    /** The control plane reads them of pods and namespaces; the mesh's default it gets by us. */
    private boolean opaquePortsByDefault() {
        String key = Names.CONFIG + Setting.OPAQUE_PORTS.key();
        return own.says(Setting.OPAQUE_PORTS)
                && !annotations.containsKey(key)
                && !namespace.annotations().containsKey(key);
    }
}
