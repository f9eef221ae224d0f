package io.peakmesh.cli.demo;

import io.peakmesh.cli.admin.AdminClient;
import io.peakmesh.cli.proxy.EnvoyProcess;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Everything that runs in the demo: control plane, sidecars, apps and load. */
final class Scene implements Closeable {
    private static final int WINDOW = 30;
    private static final int QUIET_WINDOWS = 2;
    private static final long POLL_MILLIS = 100;

    private final Shop shop;
    private final ShopFolder folder;
    private final DemoProcesses processes;
    private final InstantSource clock;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, App> apps = new TreeMap<>();
    private final Map<String, EnvoyProcess> sidecars = new TreeMap<>();
    private LoadGenerator load;

    /**
     * Starts all of it, in order; whatever was started is stopped again if a part fails.
     *
     * @param owner is told how to stop everything before anything is started
     */
    @SuppressWarnings("NullAway.Init") // load is set before any method can be called
    Scene(
            Shop shop,
            Path dir,
            int requestsPerSecond,
            InstantSource clock,
            Consumer<String> progress,
            Consumer<Runnable> owner)
            throws IOException, InterruptedException {
        this.shop = shop;
        this.clock = clock;
        this.folder = new ShopFolder(dir.resolve("mesh"));
        this.processes = new DemoProcesses(dir, shop);
        owner.accept(this::close);
        try {
            folder.write(shop);
            progress.accept("control plane starts (reads " + folder.dir() + ")");
            processes.startControlPlane();
            until("the control plane is ready", Duration.ofSeconds(60), processes::ready);
            progress.accept(
                    shop.instances().size() + " instances start, each behind its own Envoy");
            for (Shop.Instance instance : shop.instances()) {
                start(instance);
            }
            progress.accept("every sidecar balances by " + balancer());
            until("every sidecar is ready", Duration.ofSeconds(90), this::allReady);
            load =
                    new LoadGenerator(
                            shop.of("load").getFirst().throughSidecar(), requestsPerSecond);
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void start(Shop.Instance instance) throws IOException {
        if (instance.kind() != Shop.Kind.CLIENT) {
            apps.put(instance.pod(), instance.start(instance.throughSidecar()));
        }
        sidecars.put(instance.pod(), processes.startSidecar(instance));
    }

    private boolean allReady() throws IOException, InterruptedException {
        for (Shop.Instance instance : shop.instances()) {
            EnvoyProcess sidecar = sidecars.get(instance.pod());
            if (sidecar == null || !sidecar.alive()) {
                throw new CliException(
                        "the sidecar of " + instance.pod() + " ended; see its log in the folder");
            }
            if (!admin(instance).ready()) {
                return false;
            }
        }
        return true;
    }

    Shop shop() {
        return shop;
    }

    ShopFolder folder() {
        return folder;
    }

    LoadGenerator load() {
        return load;
    }

    EnvoyAdmin admin(Shop.Instance instance) {
        return new EnvoyAdmin(http, instance);
    }

    private interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    private void until(String what, Duration limit, Condition condition)
            throws IOException, InterruptedException {
        Instant end = clock.instant().plus(limit);
        while (!condition.holds()) {
            if (clock.instant().isAfter(end)) {
                throw new CliException("not within " + limit.toSeconds() + " s: " + what);
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    /**
     * Waits until {@code condition} holds for two windows of load in a row, and returns the load of
     * all windows since the last look at it.
     */
    Tally until(String what, Duration limit, Predicate<Tally> condition)
            throws InterruptedException {
        Instant end = clock.instant().plus(limit);
        List<Tally.Outcome> all = new ArrayList<>();
        int quiet = 0;
        while (quiet < QUIET_WINDOWS) {
            List<Tally.Outcome> window = load.nextOutcomes(WINDOW);
            all.addAll(window);
            Tally tally = Tally.of(window);
            if (condition.test(tally)) {
                quiet++;
            } else {
                quiet = 0;
                if (clock.instant().isAfter(end)) {
                    throw new CliException(
                            "not within "
                                    + limit.toSeconds()
                                    + " s: "
                                    + what
                                    + "; last failures: "
                                    + tally.failuresByReason());
                }
            }
        }
        return Tally.of(all);
    }

    /** From now on each answer of this cart instance takes so much longer. */
    void slow(String pod, Duration by) {
        if (apps.get(pod) instanceof CartApp cart) {
            cart.slow(by);
        }
    }

    /** Whether every sidecar has the Peak-EWMA module. */
    boolean peakEwma() {
        return sidecars.values().stream().allMatch(s -> s.module() instanceof Module.Placed);
    }

    private String balancer() {
        return sidecars.values().stream()
                .map(EnvoyProcess::module)
                .map(m -> m instanceof Module.Absent(String why) ? "least-request: " + why : "")
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("Peak-EWMA");
    }

    void kill(String pod) {
        EnvoyProcess sidecar = sidecars.remove(pod);
        App app = apps.remove(pod);
        if (sidecar != null) {
            sidecar.kill();
        }
        if (app != null) {
            app.close();
        }
    }

    void revive(String pod) throws IOException, InterruptedException {
        start(shop.pod(pod));
        until(pod + " is ready", Duration.ofSeconds(30), () -> admin(shop.pod(pod)).ready());
    }

    void renew() throws IOException, InterruptedException {
        AdminClient.of(processes.state()).post("/renew");
    }

    /** Pod → serial number of the leaf that its sidecar presents. */
    SortedMap<String, String> serials() throws IOException, InterruptedException {
        SortedMap<String, String> serials = new TreeMap<>();
        for (Shop.Instance instance : shop.instances()) {
            serials.put(instance.pod(), admin(instance).serial());
        }
        return serials;
    }

    SortedMap<String, String> untilSerialsDifferFrom(SortedMap<String, String> before)
            throws IOException, InterruptedException {
        until(
                "every sidecar has a new leaf certificate",
                Duration.ofSeconds(30),
                () ->
                        serials().entrySet().stream()
                                .noneMatch(e -> e.getValue().equals(before.get(e.getKey()))));
        return serials();
    }

    /** Requests that the sidecars of an app refused by policy. */
    long denied(String app) throws IOException, InterruptedException {
        return sum(app, name -> name.endsWith("rbac.denied"));
    }

    /** TLS handshakes that the sidecars of an app completed with callers. */
    long inboundHandshakes(String app) throws IOException, InterruptedException {
        return sum(app, n -> n.startsWith("listener.") && n.endsWith(".ssl.handshake"));
    }

    private long sum(String app, Predicate<String> names) throws IOException, InterruptedException {
        long sum = 0;
        for (Shop.Instance instance : shop.of(app)) {
            for (Map.Entry<String, Long> counter : admin(instance).counters().entrySet()) {
                if (names.test(counter.getKey())) {
                    sum += counter.getValue();
                }
            }
        }
        return sum;
    }

    @Override
    public void close() {
        if (load != null) {
            load.close();
        }
        sidecars.values().forEach(EnvoyProcess::kill);
        apps.values().forEach(App::close);
        processes.close();
        http.shutdownNow();
    }
}
