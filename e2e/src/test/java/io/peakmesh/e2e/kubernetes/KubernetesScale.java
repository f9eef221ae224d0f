package io.peakmesh.e2e.kubernetes;

import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.peakmesh.e2e.real.ControlPlane;
import io.peakmesh.e2e.real.Pod;
import io.peakmesh.e2e.real.Yaml;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Measures the control plane, started by the script {@code mesh} as its users do, on a cluster of
 * thousands of pods: its memory, and how long a change of a pod's readiness takes to the proxies.
 * {@code ./mesh scale} runs this; the end-to-end tier does not, since nothing here can fail by
 * being slow.
 */
class KubernetesScale {
    private static final String NAMESPACE = "scale";
    private static final String NODE = "node-scale";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** Lets what came with a change, such as its events, not run into the next. */
    static final long BETWEEN_MILLIS = 50;

    private static final Duration REST = Duration.ofSeconds(10);

    @RegisterExtension static final Cluster CLUSTER = new Cluster();

    private final ScalePlan plan = ScalePlan.fromProperties();
    private final ScaleReport report = new ScaleReport(plan);
    private final KubeMesh mesh = new KubeMesh(CLUSTER);
    private final AtomicReference<@Nullable Flip> flip = new AtomicReference<>();
    private final Map<String, String> addresses = new HashMap<>();
    private final List<ScaleProxy> proxies = new ArrayList<>();
    private int flips;

    @Test
    void measures() throws Exception {
        report.loadBefore(load());
        try (mesh;
                Kwok kwok = Kwok.start(CLUSTER)) {
            start("the first start, no pods yet");
            rest();
            note("no pods");
            kwok.node(NODE, Map.of("topology.kubernetes.io/zone", "a"));
            CLUSTER.apply(Yaml.namespace(NAMESPACE, "permissive", "allow"));
            kwok.pods(
                    NAMESPACE,
                    NODE,
                    plan.services(),
                    plan.podsEach(),
                    Map.of("peakmesh.io/proxy", "redirect"));
            findAddresses();
            List<KubePod> callers =
                    IntStream.range(0, plan.proxies()).mapToObj(this::caller).toList();
            rest();
            note("all pods");
            open(callers);
            rest();
            note("all proxies configured");
            flips(plan.warmUps(), false);
            flips(plan.flips(), true);
            note("after %,d changes of readiness".formatted(flips));
            CLUSTER.expireWatches();
            awaitWatches();
            flips(1, false);
            note("all listed again: the API server restarted, its history lost");
            rest();
            note("at rest");
            report.live(Footprint.Heap.live(pid()));
            note("after a full collection");
            proxies.forEach(ScaleProxy::close);
            mesh.replica(0).close();
            start("a restart, %,d pods".formatted(plan.pods()));
            rest();
            note("started again with all pods, no proxies");
            report.apiServer(Footprint.of(pidOf("kube-apiserver")));
        }
        report.loadAfter(load());
        String text = report.markdown();
        System.out.println(text);
        Files.writeString(plan.out(), text);
    }

    private static String load() throws IOException {
        String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", 4);
        return words[0] + " " + words[1] + " " + words[2];
    }

    private void start(String what) {
        long before = System.nanoTime();
        ControlPlane started = mesh.startControlPlaneInPod(plan.script());
        report.start(
                what,
                Duration.ofNanos(System.nanoTime() - before),
                Footprint.of(started.process().pid()));
    }

    private long pid() {
        return mesh.replica(0).process().pid();
    }

    private static long pidOf(String part) throws IOException {
        return Long.parseLong(Files.readString(CLUSTER.dir().resolve(part + ".pid")).strip());
    }

    private void note(String when) {
        report.memory(when, Footprint.of(pid()), Footprint.Heap.of(pid()));
    }

    private static void rest() throws InterruptedException {
        Thread.sleep(REST);
    }

    private void findAddresses() {
        CLUSTER.client()
                .pods()
                .inNamespace(NAMESPACE)
                .list()
                .getItems()
                .forEach(pod ->
                        addresses.put(pod.getMetadata().getName(), pod.getStatus().getPodIP()));
    }

    private KubePod caller(int number) {
        Pod pod = CLUSTER.pod("callers", "caller-" + number, "caller").meshPort();
        return new KubePod(CLUSTER, pod).start();
    }

    private void open(List<KubePod> callers) throws IOException {
        Path roots = mesh.roots("callers");
        for (int i = 0; i < callers.size(); i++) {
            KubePod caller = callers.get(i);
            proxies.add(
                    mesh.run(
                            new ScaleProxy(
                                    i,
                                    KubeMesh.xds(0),
                                    roots,
                                    "callers/" + caller.pod().name(),
                                    ProjectedToken.request(
                                            caller, ProjectedToken.AUDIENCE, Duration.ofHours(1)),
                                    plan.usedBy(i).stream().map(KubernetesScale::cluster).toList(),
                                    flip)));
        }
        Awaitility.await("every proxy has the endpoints of its services")
                .atMost(PATIENCE)
                .until(() -> proxies.stream().allMatch(ScaleProxy::configured));
    }

    private static String service(int service) {
        return "svc-" + service;
    }

    private static String cluster(int service) {
        return "svc|" + NAMESPACE + "/" + service(service) + "|80";
    }

    /** Each change waits until everybody has the one before. */
    private void flips(int count, boolean measured) throws InterruptedException {
        long cpuBefore = Footprint.of(pid()).cpuMillis();
        try (Watch _ = watch()) {
            for (int i = 0; i < count; i++) {
                Flip.Latency took = flip();
                if (measured) {
                    report.flip(took);
                }
                Thread.sleep(BETWEEN_MILLIS);
            }
        }
        if (measured) {
            report.cpuOfFlips(Footprint.of(pid()).cpuMillis() - cpuBefore);
        }
    }

    private Watch watch() {
        return CLUSTER.client()
                .discovery()
                .v1()
                .endpointSlices()
                .inNamespace(NAMESPACE)
                .watch(
                        new Watcher<EndpointSlice>() {
                            @Override
                            public void eventReceived(Action action, EndpointSlice slice) {
                                long now = System.nanoTime();
                                Flip awaited = flip.get();
                                if (awaited != null) {
                                    awaited.sliceCame(slice, now);
                                }
                            }

                            @Override
                            public void onClose(WatcherException cause) {
                                throw new IllegalStateException("the bare watch broke", cause);
                            }
                        });
    }

    private Flip.Latency flip() throws InterruptedException {
        int number = flips++;
        int service = number / 2 % plan.used();
        String pod = service(service) + "-" + number / 2 / plan.used() % plan.podsEach();
        boolean ready = number % 2 == 1;
        String ip = addresses.getOrDefault(pod, "");
        Set<Integer> interested =
                IntStream.range(0, plan.proxies())
                        .filter(proxy -> plan.usedBy(proxy).contains(service))
                        .boxed()
                        .collect(Collectors.toSet());
        Flip next = new Flip(service(service), cluster(service), ip, ready, interested);
        flip.set(next);
        long sent = System.nanoTime();
        CLUSTER.client()
                .pods()
                .inNamespace(NAMESPACE)
                .withName(pod)
                .subresource("status")
                .patch(PatchContext.of(PatchType.STRATEGIC_MERGE), readiness(ready));
        return next.await(sent, PATIENCE);
    }

    private static String readiness(boolean ready) {
        String status = ready ? "True" : "False";
        return """
        {"status": {"conditions": [
            {"type": "Ready", "status": "%s"}, {"type": "ContainersReady", "status": "%s"}]}}
        """
                .formatted(status, status);
    }

    /** Until the control plane says that nothing is missing. */
    private static void awaitWatches() {
        try (HttpClient http = HttpClient.newHttpClient()) {
            URI ready =
                    URI.create(
                            "http://"
                                    + KubeMesh.health(0).getAddress().getHostAddress()
                                    + ":"
                                    + KubeMesh.health(0).getPort()
                                    + "/readyz");
            Awaitility.await("all kinds are watched again")
                    .atMost(PATIENCE)
                    .until(() ->
                            http.send(
                                            HttpRequest.newBuilder(ready).build(),
                                            HttpResponse.BodyHandlers.ofString())
                                    .body()
                                    .equals("ok\n"));
        }
    }
}
