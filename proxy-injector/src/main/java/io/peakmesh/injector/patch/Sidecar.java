package io.peakmesh.injector.patch;

import io.peakmesh.xds.translator.bootstrap.AppProbe;
import io.peakmesh.xds.translator.bootstrap.Bootstrap;
import io.peakmesh.xds.translator.bootstrap.Module;
import io.peakmesh.xds.translator.bootstrap.PodBootstrap;
import io.peakmesh.xds.translator.bootstrap.ProxyImage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;

/** The containers and the volume that a pod gets. */
final class Sidecar {
    private static final int TOKEN_SECONDS = 3600;

    /**
     * Readable by all: where the pod has no {@code fsGroup}, the files are root's, and the proxy is
     * another user; only its container mounts them. Where it has one, the kubelet narrows the mode
     * to that group, in which the proxy is too.
     */
    private static final int VOLUME_MODE = 0644;

    /** How long a proxy that is no native sidecar waits at most for its app to end. */
    private static final int DRAIN_SECONDS = 25;

    private final InjectionSettings mesh;
    private final PodSettings own;

    Sidecar(InjectionSettings mesh, PodSettings own) {
        this.mesh = mesh;
        this.own = own;
    }

    /**
     * The proxy. It declares no ports: those of containers are the app's to the control plane. It
     * has no liveness and no readiness probe: a container that has not started counts as not ready
     * already, and one more probe would take the app away from its callers whenever a busy node
     * answers it late.
     */
    Map<String, Object> proxy(List<AppProbe> probes) {
        Map<String, Object> container = base(Names.PROXY_CONTAINER);
        container.put("command", List.of(ProxyImage.ENVOY));
        container.put(
                "args",
                bootstrap(probes)
                        .envoyArguments(
                                own.get(Setting.PROXY_LOG_LEVEL),
                                own.number(Setting.PROXY_CONCURRENCY)));
        List<Object> environment = new ArrayList<>();
        PodBootstrap.ENVIRONMENT.forEach(
                (variable, field) -> environment.add(fromField(variable, field)));
        environment.add(
                Tree.of(
                        "name",
                        "ENVOY_DYNAMIC_MODULES_SEARCH_PATH",
                        "value",
                        ProxyImage.MODULE_DIR));
        container.put("env", environment);
        container.put(
                "securityContext",
                Tree.of(
                        "runAsUser",
                        ProxyImage.UID,
                        "runAsGroup",
                        ProxyImage.UID,
                        "runAsNonRoot",
                        true,
                        "allowPrivilegeEscalation",
                        false,
                        "privileged",
                        false,
                        "readOnlyRootFilesystem",
                        true,
                        "capabilities",
                        Tree.of("drop", List.of("ALL")),
                        "seccompProfile",
                        Tree.of("type", "RuntimeDefault")));
        container.put(
                "startupProbe",
                Tree.of(
                        "httpGet",
                        Tree.of("path", "/ready", "port", ProxyImage.READY_PORT),
                        "periodSeconds",
                        1,
                        "timeoutSeconds",
                        1,
                        "failureThreshold",
                        own.number(Setting.PROXY_WAIT_SECONDS)));
        container.put(
                "volumeMounts",
                List.of(
                        Tree.of(
                                "name",
                                Names.VOLUME,
                                "mountPath",
                                ProxyImage.IDENTITY_DIR,
                                "readOnly",
                                true)));
        if (mesh.nativeSidecars()) {
            container.put("restartPolicy", "Always");
        } else {
            container.put(
                    "lifecycle",
                    Tree.of(
                            "postStart",
                            shell(Hooks.untilReady(own.number(Setting.PROXY_WAIT_SECONDS))),
                            "preStop",
                            shell(Hooks.untilTheAppEnds(DRAIN_SECONDS))));
        }
        return container;
    }

    private PodBootstrap bootstrap(List<AppProbe> probes) {
        Module module =
                mesh.module().isEmpty()
                        ? new Module.Absent("the proxy's image has none")
                        : new Module.Placed(mesh.module());
        return new PodBootstrap(
                new Bootstrap.ControlPlane(
                        mesh.xdsHost(),
                        mesh.xdsPort(),
                        "xds." + mesh.trustDomain(),
                        ProxyImage.ROOTS,
                        ProxyImage.ROOTS_SECRET),
                module,
                probes);
    }

    private static Map<String, Object> shell(String script) {
        return Tree.of("exec", Tree.of("command", List.of("/bin/sh", "-c", script)));
    }

    /**
     * The init container that redirects.
     *
     * @param probePorts open to the node's own addresses
     */
    Map<String, Object> redirect(NavigableSet<Integer> probePorts) {
        Map<String, Object> container = base(Names.REDIRECT_CONTAINER);
        container.put("command", List.of(ProxyImage.REDIRECT));
        String skipped = own.list(Setting.SKIP_INBOUND_PORTS);
        List<Object> arguments = new ArrayList<>();
        flag(arguments, "--uid", "" + ProxyImage.UID);
        flag(
                arguments,
                "--skip-inbound-ports",
                ProxyImage.READY_PORT + (skipped.isEmpty() ? "" : "," + skipped));
        flag(arguments, "--skip-outbound-ports", own.list(Setting.SKIP_OUTBOUND_PORTS));
        flag(arguments, "--skip-outbound-cidrs", own.list(Setting.SKIP_OUTBOUND_CIDRS));
        if (!probePorts.isEmpty()) {
            flag(arguments, "--probe-ports", commas(probePorts));
            flag(arguments, "--node-addresses", "$(HOST_IPS)");
        }
        container.put("args", arguments);
        if (!probePorts.isEmpty()) {
            // status.hostIPs came with 1.29; a pod that names it is refused before
            String field = mesh.nativeSidecars() ? "status.hostIPs" : "status.hostIP";
            container.put("env", List.of(fromField("HOST_IPS", field)));
        }
        container.put(
                "securityContext",
                Tree.of(
                        "runAsUser",
                        0,
                        "runAsGroup",
                        0,
                        "runAsNonRoot",
                        false,
                        "allowPrivilegeEscalation",
                        false,
                        "privileged",
                        false,
                        "readOnlyRootFilesystem",
                        true,
                        "capabilities",
                        Tree.of("add", List.of("NET_ADMIN", "NET_RAW"), "drop", List.of("ALL")),
                        "seccompProfile",
                        Tree.of("type", "RuntimeDefault")));
        return container;
    }

    private static void flag(List<Object> arguments, String name, String value) {
        if (!value.isEmpty()) {
            arguments.add(name);
            arguments.add(value);
        }
    }

    private static String commas(Collection<Integer> ports) {
        return String.join(",", ports.stream().map(String::valueOf).toList());
    }

    /** Token and roots, which the kubelet renews by renaming, as Envoy's watch wants it. */
    Map<String, Object> volume() {
        return Tree.of(
                "name",
                Names.VOLUME,
                "projected",
                Tree.of(
                        "defaultMode",
                        VOLUME_MODE,
                        "sources",
                        List.of(
                                Tree.of(
                                        "serviceAccountToken",
                                        Tree.of(
                                                "audience",
                                                Names.AUDIENCE,
                                                "expirationSeconds",
                                                TOKEN_SECONDS,
                                                "path",
                                                "token")),
                                Tree.of(
                                        "configMap",
                                        Tree.of(
                                                "name",
                                                Names.ROOTS_CONFIG_MAP,
                                                "items",
                                                List.of(
                                                        Tree.of(
                                                                "key",
                                                                "roots.pem",
                                                                "path",
                                                                "roots.pem")))))));
    }

    private Map<String, Object> base(String name) {
        String image = own.get(Setting.PROXY_IMAGE);
        return Tree.of(
                "name",
                name,
                "image",
                image.isEmpty() ? mesh.proxyImage() : image,
                "imagePullPolicy",
                mesh.imagePullPolicy(),
                "resources",
                resources());
    }

    /** Those of both containers, so that a pod whose limits equal its requests stays Guaranteed. */
    private Map<String, Object> resources() {
        Map<String, Object> requests = Tree.of();
        Map<String, Object> limits = Tree.of();
        resource("cpu", Setting.PROXY_CPU_REQUEST, Setting.PROXY_CPU_LIMIT, requests, limits);
        resource(
                "memory",
                Setting.PROXY_MEMORY_REQUEST,
                Setting.PROXY_MEMORY_LIMIT,
                requests,
                limits);
        Map<String, Object> out = Tree.of("requests", requests);
        if (!limits.isEmpty()) {
            out.put("limits", limits);
        }
        return out;
    }

    private void resource(
            String name,
            Setting request,
            Setting limit,
            Map<String, Object> requests,
            Map<String, Object> limits) {
        String least = own.get(request);
        String most = own.get(limit);
        if (!most.isEmpty()) {
            limits.put(name, most);
            if (!own.says(request) && amount(least).compareTo(amount(most)) > 0) {
                least = most;
            }
        }
        requests.put(name, least);
    }

    private static BigDecimal amount(String quantity) {
        int end = quantity.length();
        while (end > 0 && Character.isLetter(quantity.charAt(end - 1))) {
            end--;
        }
        BigDecimal number = new BigDecimal(quantity.substring(0, end));
        return switch (quantity.substring(end)) {
            case "m" -> number.movePointLeft(3);
            case "k" -> number.movePointRight(3);
            case "M" -> number.movePointRight(6);
            case "G" -> number.movePointRight(9);
            case "T" -> number.movePointRight(12);
            case "Ki" -> number.multiply(BigDecimal.valueOf(1L << 10));
            case "Mi" -> number.multiply(BigDecimal.valueOf(1L << 20));
            case "Gi" -> number.multiply(BigDecimal.valueOf(1L << 30));
            case "Ti" -> number.multiply(BigDecimal.valueOf(1L << 40));
            default -> number;
        };
    }

    private static Map<String, Object> fromField(String variable, String field) {
        return Tree.of(
                "name", variable, "valueFrom", Tree.of("fieldRef", Tree.of("fieldPath", field)));
    }
}
