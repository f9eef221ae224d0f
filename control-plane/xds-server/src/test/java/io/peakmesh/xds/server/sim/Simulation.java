package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.server.Meshes;
import io.peakmesh.xds.server.delta.Effect;
import io.peakmesh.xds.server.delta.Event;
import io.peakmesh.xds.server.delta.Limits;
import io.peakmesh.xds.server.delta.Proxies;
import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.peer.Peer;
import io.peakmesh.xds.server.peer.SecretSource.Secret;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.translator.Asker;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.XdsType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;

/** One run: a seed decides everything. */
final class Simulation {
    private static final int SERVICES = 8;
    private static final int PROXIES = 3;
    static final Limits LIMITS =
            new Limits(
                    100,
                    2,
                    Duration.ofSeconds(10),
                    100,
                    6,
                    4,
                    100,
                    100,
                    200,
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(5),
                    10,
                    5,
                    50,
                    2,
                    Duration.ofSeconds(5));

    private record Question(long stream, String name, String held, ModelEnvoy of) {}

    private final Random random;
    private final Meshes meshes = new Meshes();
    private final SimTranslator translator = new SimTranslator();
    private final List<ModelEnvoy> envoys = new ArrayList<>();
    private final Map<Long, ModelEnvoy> byStream = new HashMap<>();
    private final List<Question> questions = new ArrayList<>();
    private final Map<String, Instant> deleted = new HashMap<>();
    private Mesh mesh;
    private Proxies proxies;
    private Instant now = Instant.EPOCH;
    private long streams;
    private int secretEpoch;
    private boolean calm;

    /** Everything was in force when the server gave way to another that knew nothing of it. */
    private boolean moved;

    Simulation(long seed) {
        random = new Random(seed);
        for (int i = 0; i < PROXIES; i++) {
            envoys.add(new ModelEnvoy("ns/p" + i, "u" + i, random));
            meshes.workload("ns/p" + i, "u" + i, 1, zone());
        }
        for (int i = 0; i < SERVICES; i += 2) {
            meshes.service("ns/s" + i, 1).endpoints("ns/s" + i, 1);
        }
        mesh = meshes.next();
        proxies = server();
    }

    private String zone() {
        return List.of("", "a", "b").get(random.nextInt(3));
    }

    private Proxies server() {
        ResourceGraph graph =
                new ResourceGraph(translator, Mesh.empty(mesh.settings()), (what, e) -> {});
        Proxies fresh = new Proxies(graph, LIMITS);
        assertThat(fresh.publish(mesh, now)).isEmpty();
        return fresh;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        settle(400);
        judge();
        restart();
        moved = true;
        settle(100);
        judge();
    }

    private void step() {
        ModelEnvoy envoy = envoys.get(random.nextInt(envoys.size()));
        switch (random.nextInt(20)) {
            case 0, 1 -> edit();
            case 2 -> connect(envoy);
            case 3 -> envoy.call("s" + random.nextInt(SERVICES));
            case 4 -> envoy.call("s" + random.nextInt(SERVICES));
            case 5 -> now = now.plusMillis(random.nextInt(3_000));
            case 6 -> deliver(proxies.tick(now));
            case 7 -> rare(envoy);
            default -> transport(envoy);
        }
        answerOne();
    }

    private void rare(ModelEnvoy envoy) {
        switch (random.nextInt(8)) {
            case 0 -> lose(envoy, random.nextBoolean());
            case 1 -> restart();
            case 2 -> envoy.giveUp("s" + random.nextInt(SERVICES));
            case 3 -> {
                secretEpoch++;
                deliver(proxies.secretsChanged(now));
            }
            case 4 -> {
                Wire wire = envoy.wire();
                if (wire != null) {
                    deliver(proxies.step(wire.id, new Event.Writable(random.nextBoolean()), now));
                }
            }
            default -> connect(envoy);
        }
    }

    private void edit() {
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            String service = "ns/s" + random.nextInt(SERVICES);
            switch (random.nextInt(6)) {
                case 0 -> {
                    meshes.withoutService(service);
                }
                case 1, 2 -> {
                    meshes.service(service, 1 + random.nextInt(15));
                }
                case 3, 4 -> meshes.endpoints(service, 1 + random.nextInt(50));
                default -> {
                    int proxy = random.nextInt(PROXIES);
                    meshes.workload("ns/p" + proxy, "u" + proxy, random.nextInt(5), zone());
                }
            }
        }
        publish();
    }

    private void publish() {
        mesh = meshes.next();
        for (int i = 0; i < SERVICES; i++) {
            String service = "ns/s" + i;
            if (mesh.services().containsKey(ServiceName.parse(service))) {
                deleted.remove(service);
            } else {
                deleted.putIfAbsent(service, now);
            }
        }
        deliver(proxies.publish(mesh, now));
    }

    private void connect(ModelEnvoy envoy) {
        if (envoy.wire() != null) {
            return;
        }
        long id = ++streams;
        Wire wire = new Wire(id, envoy.workload, name -> deleted.getOrDefault(name, Instant.MIN));
        byStream.put(id, envoy);
        if (!calm && random.nextInt(4) == 0) {
            envoy.repairModule();
        }
        envoy.connected(wire);
        deliver(proxies.open(id, peer(envoy), now));
    }

    private static Peer peer(ModelEnvoy envoy) {
        return new Peer(
                WorkloadName.parse(envoy.workload),
                envoy.uid,
                new ServiceAccountName("ns", "default"));
    }

    /** The connection breaks; what is under way is lost. The server may notice later or never. */
    private void lose(ModelEnvoy envoy, boolean noticed) {
        Wire wire = envoy.wire();
        if (wire == null) {
            return;
        }
        envoy.disconnected();
        byStream.remove(wire.id);
        if (noticed) {
            deliver(proxies.closed(wire.id, now));
        }
    }

    private void restart() {
        for (ModelEnvoy envoy : envoys) {
            lose(envoy, false);
        }
        questions.clear();
        proxies = server();
    }

    /** Moves one message in one direction. */
    private void transport(ModelEnvoy envoy) {
        Wire wire = envoy.wire();
        if (wire == null) {
            return;
        }
        Response response = random.nextBoolean() ? wire.toClient.poll() : null;
        if (response != null) {
            envoy.receive(response);
            return;
        }
        Request request = wire.admitted ? wire.toServer.poll() : null;
        if (request != null) {
            wire.reached(request);
            deliver(proxies.step(wire.id, new Event.Asked(request), now));
        }
    }

    private void deliver(List<Proxies.Out> outs) {
        for (Proxies.Out out : outs) {
            ModelEnvoy envoy = byStream.get(out.stream());
            Wire wire = envoy == null ? null : envoy.wire();
            if (envoy == null || wire == null || wire.id != out.stream()) {
                continue;
            }
            switch (out.effect()) {
                case Effect.Admit _ -> wire.admitted = true;
                case Effect.Send(Response response) -> {
                    if (moved) {
                        judgeAfterMove(envoy, wire, response);
                    }
                    wire.sent(response, now, LIMITS.order());
                }
                case Effect.AskSecret(String name, String held) ->
                        questions.add(new Question(out.stream(), name, held, envoy));
                case Effect.Close close -> {
                    assertThat(close.reason()).as("%s", close).isEqualTo(Effect.Reason.ACK_OVERDUE);
                    envoy.disconnected();
                    byStream.remove(wire.id);
                }
                case Effect.Rejected _, Effect.ModuleRefused _, Effect.Ignored _ -> {}
            }
        }
    }

    /**
     * Of what a client holds, only that comes which it has to be offered again, because it cannot
     * say what it refused.
     */
    private static void judgeAfterMove(ModelEnvoy envoy, Wire wire, Response response) {
        for (Response.Item item : response.resources()) {
            String name = item.resource().name();
            String content = ModelEnvoy.content(item.resource());
            boolean refusable =
                    SimTranslator.bad(content)
                            || (SimTranslator.namesModule(content) && !envoy.module.works);
            boolean held = envoy.known(response.type()).contents.containsKey(name);
            boolean asked = wire.owes(response.type(), name) || !item.aliases().isEmpty();
            assertThat(!held || refusable || asked || response.type() == XdsType.SECRET)
                    .as("sent to %s, which had it: %s", envoy.workload, response)
                    .isTrue();
        }
    }

    private void answerOne() {
        if (questions.isEmpty()) {
            return;
        }
        Question question = questions.remove(random.nextInt(questions.size()));
        if (!calm && random.nextInt(5) == 0) {
            deliver(proxies.step(question.stream(), new Event.SecretFailed(question.name()), now));
            return;
        }
        String version = question.of().workload + "#" + secretEpoch;
        boolean held = version.equals(question.held());
        Optional<ByteString> bytes =
                held ? Optional.empty() : Optional.of(ByteString.copyFromUtf8(version));
        Secret secret = new Secret(version, bytes, now.plusSeconds(random.nextInt(600)));
        deliver(
                proxies.step(
                        question.stream(),
                        new Event.SecretReady(question.name(), Optional.of(secret)),
                        now));
    }

    /** No more edits and no more losses: everything that is under way arrives. */
    private void settle(int rounds) {
        calm = true;
        for (int round = 0; round < rounds; round++) {
            now = now.plusMillis(500);
            for (ModelEnvoy envoy : envoys) {
                connect(envoy);
                Wire wire = envoy.wire();
                if (wire != null) {
                    deliver(proxies.step(wire.id, new Event.Writable(true), now));
                }
                for (int i = 0; i < 10; i++) {
                    transport(envoy);
                    answerOne();
                }
            }
            deliver(proxies.tick(now));
        }
    }

    private void judge() {
        for (ModelEnvoy envoy : envoys) {
            Wire wire = envoy.wire();
            assertThat(wire).isNotNull();
            if (wire == null) {
                continue;
            }
            assertThat(wire.toClient).as("under way").isEmpty();
            assertThat(wire.toServer).as("under way").isEmpty();
            assertThat(wire.unanswered()).as("%s unanswered", envoy.workload).isEmpty();
            assertThat(envoy.warming).as("%s warming", envoy.workload).isEmpty();
            assertThat(envoy.known(XdsType.SECRET).versions)
                    .containsEntry("id", envoy.workload + "#" + secretEpoch);
            for (XdsType type : XdsType.values()) {
                if (type != XdsType.SECRET) {
                    judge(envoy, type);
                }
            }
        }
    }

    private void judge(ModelEnvoy envoy, XdsType type) {
        ModelEnvoy.Known known = envoy.known(type);
        List<String> names = new ArrayList<>(known.named);
        Asker asker = asker(envoy);
        names.addAll(translator.always(type, asker.workload(), new MeshView(mesh)));
        for (String name : known.contents.keySet()) {
            assertThat(SimTranslator.bad(known.contents.getOrDefault(name, "")))
                    .as("holds a bad %s", name)
                    .isFalse();
            names.add(name);
        }
        names.removeAll(known.untold);
        boolean surplus = known.contents.containsKey(SimTranslator.STAND_IN);
        for (String name : names) {
            String held = known.contents.get(name);
            if (surplus && held == null) {
                continue;
            }
            try {
                Optional<String> newest = newest(type, name, asker);
                if (newest.isEmpty()) {
                    assertThat(held).as("%s %s is gone", type, name).isNull();
                } else if (!SimTranslator.bad(newest.get())) {
                    assertThat(held).as("%s %s", type, name).isEqualTo(newest.get());
                }
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage("thirteen");
            }
        }
    }

    /** As it is: a module that does not work counts as none. */
    private Asker asker(ModelEnvoy envoy) {
        WorkloadName name = WorkloadName.parse(envoy.workload);
        String known = Objects.requireNonNull(mesh.workloads().get(name)).zone();
        return new Asker(name, known.isEmpty() ? envoy.zone : known, envoy.module.works);
    }

    private Optional<String> newest(XdsType type, String name, Asker asker) {
        ResourceKey key = translator.key(type, name, asker);
        return translator
                .translate(key, new MeshView(mesh))
                .map(message -> ModelEnvoy.content(Resource.of(name, message, 0)));
    }
}
