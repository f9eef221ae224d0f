package io.peakmesh.e2e.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.e2e.real.EnvoyAdmin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Compares what every sidecar holds with what the API server says at that moment: endpoints and
 * identities with the EndpointSlices and Pods, routes with the TrafficSplits, certificates with the
 * clock; and what the replicas know with one another. Nothing of the mesh's own is believed.
 */
final class HeldAgainstCluster {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String SPLITS = "split.smi-spec.io/v1alpha4";

    private final FaultTown town;

    HeldAgainstCluster(FaultTown town) {
        this.town = town;
    }

    /** What the API server says; services are those with slices. */
    private record Said(
            Map<String, Set<String>> ready,
            Map<String, Set<String>> identities,
            Map<String, Map<String, Integer>> splits,
            List<String> lags) {}

    /** Waits until everything agrees; returns how long that took. */
    Duration await() {
        long since = System.nanoTime();
        List<String> last = new CopyOnWriteArrayList<>();
        try {
            Awaitility.await("proxies hold what the API server says")
                    .atMost(PATIENCE)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> {
                        List<String> now = differencesOrWhyNot();
                        last.clear();
                        last.addAll(now);
                        return now.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(String.join("\n", last), e);
        }
        return Duration.ofNanos(System.nanoTime() - since);
    }

    private List<String> differencesOrWhyNot() {
        try {
            return differences();
        } catch (RuntimeException away) {
            return List.of("nothing could be compared: " + away);
        }
    }

    /** In words; empty if everything agrees. */
    private List<String> differences() {
        List<String> differences = ofProxies();
        replicas(differences);
        return differences;
    }

    /** What proxies hold that is not so, in words; asks nothing of the control planes. */
    List<String> ofProxies() {
        Said said = said();
        List<String> differences = new ArrayList<>(said.lags());
        for (FaultTown.Member member : town.members()) {
            String name = member.pod().pod().name();
            EnvoyAdmin admin = member.sidecar().admin();
            List<String> of = new ArrayList<>();
            if (!admin.connected()) {
                of.add("is not connected");
            }
            JsonNode dump = dump(admin);
            int clusters = endpoints(said, dump, admin.clusters(), of);
            int routes = routes(said, dump, of);
            if (name.startsWith("caller")) {
                different("clusters and routes held", "3 3", clusters + " " + routes, of);
            }
            certificate(member, of);
            of.forEach(difference -> differences.add(name + " " + difference));
        }
        return differences;
    }

    private static void different(String what, Object wanted, Object held, List<String> to) {
        if (!wanted.equals(held)) {
            to.add(what + ": the API server says " + wanted + ", held is " + held);
        }
    }

    private static JsonNode dump(EnvoyAdmin admin) {
        try {
            return JSON.readTree(admin.configDump());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Said said() {
        KubernetesClient client = town.cluster().client();
        Map<String, Pod> pods = new HashMap<>();
        client.pods()
                .inNamespace(FaultTown.NAMESPACE)
                .list()
                .getItems()
                .forEach(pod -> pods.put(pod.getMetadata().getName(), pod));
        Map<String, Set<String>> ready = new TreeMap<>();
        Map<String, Set<String>> identities = new TreeMap<>();
        for (EndpointSlice slice :
                client.discovery()
                        .v1()
                        .endpointSlices()
                        .inNamespace(FaultTown.NAMESPACE)
                        .list()
                        .getItems()) {
            String service = slice.getMetadata().getLabels().get(SERVICE_LABEL);
            Set<String> addresses = ready.computeIfAbsent(service, s -> new TreeSet<>());
            Set<String> accounts = identities.computeIfAbsent(service, s -> new TreeSet<>());
            for (Endpoint endpoint :
                    Objects.requireNonNullElse(slice.getEndpoints(), List.<Endpoint>of())) {
                Pod pod = pods.get(endpoint.getTargetRef().getName());
                if (pod != null && !Boolean.FALSE.equals(endpoint.getConditions().getReady())) {
                    addresses.add(
                            endpoint.getAddresses().getFirst()
                                    + ":"
                                    + io.peakmesh.e2e.real.Pod.MESH_PORT
                                    + " "
                                    + FaultTown.NAMESPACE
                                    + "/"
                                    + pod.getMetadata().getName());
                }
                if (pod != null) {
                    accounts.add(
                            "spiffe://cluster.local/ns/"
                                    + FaultTown.NAMESPACE
                                    + "/sa/"
                                    + pod.getSpec().getServiceAccountName());
                }
            }
        }
        return new Said(ready, identities, splits(client), lags(ready, pods.values()));
    }

    /** Slices follow their pods, and are no measure before they have. */
    private static List<String> lags(Map<String, Set<String>> ready, Collection<Pod> pods) {
        List<String> lags = new ArrayList<>();
        for (Pod pod : pods) {
            String name = pod.getMetadata().getName();
            String app = pod.getMetadata().getLabels().get("app");
            boolean inUse =
                    pod.getMetadata().getDeletionTimestamp() == null
                            && pod.getStatus().getConditions().stream()
                                    .anyMatch(condition ->
                                            condition.getType().equals("Ready")
                                                    && condition.getStatus().equals("True"));
            boolean inSlice =
                    ready.getOrDefault(app, Set.of()).stream()
                            .anyMatch(text -> text.endsWith("/" + name));
            if (ready.containsKey(app) && inUse != inSlice) {
                lags.add("the EndpointSlices of " + app + " lag behind " + name);
            }
        }
        return lags;
    }

    private static Map<String, Map<String, Integer>> splits(KubernetesClient client) {
        Map<String, Map<String, Integer>> splits = new TreeMap<>();
        for (GenericKubernetesResource split :
                client.genericKubernetesResources(SPLITS, "TrafficSplit")
                        .inNamespace(FaultTown.NAMESPACE)
                        .list()
                        .getItems()) {
            Map<String, Integer> weights = new TreeMap<>();
            JSON.valueToTree(split.get("spec", "backends"))
                    .forEach(backend ->
                            weights.put(
                                    backend.path("service").asText(),
                                    backend.path("weight").asInt()));
            splits.put("" + split.get("spec", "service"), weights);
        }
        return splits;
    }

    /** The name of a service in one of a cluster, as in {@code svc|shop/api|80}; empty if none. */
    private static String service(String cluster) {
        String mark = "svc|" + FaultTown.NAMESPACE + "/";
        return cluster.startsWith(mark)
                ? cluster.substring(mark.length(), cluster.lastIndexOf('|'))
                : "";
    }

    /** Compares every cluster that is held; returns how many. */
    private static int endpoints(Said said, JsonNode dump, JsonNode live, List<String> to) {
        int compared = 0;
        for (JsonNode config : dump.findValues("dynamic_endpoint_configs")) {
            for (JsonNode one : config) {
                JsonNode assignment = one.path("endpoint_config");
                String service = service(assignment.path("cluster_name").asText());
                if (!service.isEmpty()) {
                    different(
                            "endpoints of " + service,
                            said.ready().getOrDefault(service, Set.of()),
                            healthy(assignment),
                            to);
                    compared++;
                }
            }
        }
        for (JsonNode cluster : live.path("cluster_statuses")) {
            String service = service(cluster.path("name").asText());
            if (!service.isEmpty()) {
                Set<String> addresses = new TreeSet<>();
                said.ready()
                        .getOrDefault(service, Set.of())
                        .forEach(text -> addresses.add(text.substring(0, text.indexOf(' '))));
                different("hosts of " + service, addresses, hosts(cluster), to);
            }
        }
        for (JsonNode config : dump.findValues("dynamic_active_clusters")) {
            for (JsonNode one : config) {
                String service = service(one.at("/cluster/name").asText());
                if (!service.isEmpty()) {
                    different(
                            "identities of " + service,
                            said.identities().getOrDefault(service, Set.of()),
                            new TreeSet<>(one.path("cluster").findValuesAsText("exact")),
                            to);
                }
            }
        }
        return compared;
    }

    /** Those that are in use: one that is terminating is kept for when there is no other. */
    private static Set<String> healthy(JsonNode assignment) {
        Set<String> held = new TreeSet<>();
        for (JsonNode locality : assignment.path("endpoints")) {
            if (locality.path("priority").asInt() > 0) {
                continue;
            }
            for (JsonNode endpoint : locality.path("lb_endpoints")) {
                if (endpoint.path("health_status").asText("HEALTHY").equals("HEALTHY")) {
                    JsonNode address = endpoint.at("/endpoint/address/socket_address");
                    held.add(
                            address.path("address").asText()
                                    + ":"
                                    + address.path("port_value").asInt()
                                    + " "
                                    + endpoint.at("/metadata/filter_metadata/peakmesh/workload")
                                            .asText());
                }
            }
        }
        return held;
    }

    private static Set<String> hosts(JsonNode cluster) {
        Set<String> held = new TreeSet<>();
        for (JsonNode host : cluster.path("host_statuses")) {
            String health = host.at("/health_status/eds_health_status").asText("HEALTHY");
            if (health.equals("HEALTHY") && host.path("priority").asInt() == 0) {
                JsonNode address = host.at("/address/socket_address");
                held.add(
                        address.path("address").asText()
                                + ":"
                                + address.path("port_value").asInt());
            }
        }
        return held;
    }

    /** Compares every virtual host of a service that is held; returns how many. */
    private static int routes(Said said, JsonNode dump, List<String> to) {
        int compared = 0;
        for (JsonNode hosts : dump.findValues("virtual_hosts")) {
            for (JsonNode host : hosts) {
                String service = host.at("/domains/0").asText();
                if (host.path("name").asText().startsWith("outbound/")
                        && said.ready().containsKey(service)) {
                    Map<String, Integer> wanted =
                            said.splits().getOrDefault(service, Map.of(service, 1));
                    different("routes of " + service, wanted, weights(host), to);
                    compared++;
                }
            }
        }
        return compared;
    }

    private static Map<String, Integer> weights(JsonNode host) {
        Map<String, Integer> held = new TreeMap<>();
        for (JsonNode route : host.path("routes")) {
            String only = route.at("/route/cluster").asText();
            if (!only.isEmpty()) {
                held.merge(service(only), 1, Integer::sum);
            }
            for (JsonNode one : route.at("/route/weighted_clusters/clusters")) {
                held.merge(
                        service(one.path("name").asText()),
                        one.path("weight").asInt(),
                        Integer::sum);
            }
        }
        return held;
    }

    private static void certificate(FaultTown.Member member, List<String> to) {
        EnvoyAdmin.Leaf leaf = member.sidecar().admin().leaf();
        different(
                "identity of its certificate",
                List.of(member.pod().pod().spiffeId()),
                leaf.uris(),
                to);
        if (!leaf.ends().isAfter(Instant.now())) {
            to.add("certificate ended at " + leaf.ends());
        }
    }

    private void replicas(List<String> to) {
        for (String path : List.of("/endpoints", "/policy", "/workloads")) {
            JsonNode first = town.replica(0).get(path);
            for (int i = 1; i < FaultTown.REPLICAS; i++) {
                if (!first.equals(town.replica(i).get(path))) {
                    to.add("replicas differ in " + path);
                }
            }
        }
        Set<String> heard = new TreeSet<>();
        for (int i = 0; i < FaultTown.REPLICAS; i++) {
            for (JsonNode proxy : town.replica(i).get("/proxies")) {
                heard.add(proxy.path("workload").asText());
                for (JsonNode type : proxy.path("types")) {
                    if (!type.path("settled").asBoolean() || type.path("refused").asInt() > 0) {
                        to.add("not settled: " + proxy.path("workload").asText() + " " + type);
                    }
                }
            }
        }
        if (heard.size() != town.members().size()) {
            to.add("heard are " + heard);
        }
    }
}
