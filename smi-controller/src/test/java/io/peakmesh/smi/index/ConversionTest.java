package io.peakmesh.smi.index;

import static io.peakmesh.smi.index.World.group;
import static io.peakmesh.smi.index.World.rule;
import static io.peakmesh.smi.index.World.service;
import static io.peakmesh.smi.index.World.smi;
import static io.peakmesh.smi.index.World.target;
import static io.peakmesh.smi.index.World.tcpRoute;
import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.Grant;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.Ports;
import io.peakmesh.smi.convert.Kept;
import io.peakmesh.smi.convert.RandomSmi;
import io.peakmesh.smi.convert.SmiConversion;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.Meta;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An object means in any other version what it means in its own. */
class ConversionTest {
    private static final int OBJECTS_EACH = 60;

    static LongStream seeds() {
        return PropertyTest.seeds();
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theIndexTakesAnObjectAndTheSameInAnotherVersionAlike(long seed) {
        RandomSmi objects = new RandomSmi(new Random(seed));
        for (int i = 0; i < OBJECTS_EACH; i++) {
            Map<String, Object> object = objects.next();
            Meaning meaning = meaning(object);
            for (String version : RandomSmi.versions(RandomSmi.kind(object))) {
                Map<String, Object> other = into(version, object);
                assertThat(meaning(other))
                        .as("seed %s object %s %s as %s", seed, i, object, other)
                        .isEqualTo(meaning);
            }
        }
    }

    /** The samples above must not be alike because all of them are refused. */
    @Test
    void someObjectsOfEachKindAndVersionAreAccepted() {
        RandomSmi objects = new RandomSmi(new Random(1));
        for (String kind : RandomSmi.KINDS) {
            for (String version : RandomSmi.versions(kind)) {
                int accepted = 0;
                for (int i = 0; i < 300; i++) {
                    accepted += meaning(objects.next(kind, version)).accepted ? 1 : 0;
                }
                assertThat(accepted).as(kind + " " + version).isBetween(10, 290);
            }
        }
    }

    private record Meaning(boolean accepted, Object splits, Object targets) {}

    /** What becomes of the object among services, routes, and targets that use it. */
    private static Meaning meaning(Map<String, Object> object) {
        World world = new World();
        world.apply(service("x", 80), service("y", 80), service("z", 80));
        List<SmiObject> beside = new ArrayList<>();
        beside.add(group("x", Map.of("name", "a", "pathRegex", "/a")));
        beside.add(group("y", Map.of("name", "b")));
        beside.add(tcpRoute("x", 80, 81));
        beside.add(tcpRoute("y"));
        for (String route : List.of("HTTPRouteGroup", "TCPRoute", "UDPRoute")) {
            beside.add(
                    target("uses-" + route.toLowerCase(java.util.Locale.ROOT), rule(route, "x")));
        }
        SmiObject read = read(object);
        beside.removeIf(other -> other.key().equals(read.key()));
        beside.forEach(world::apply);
        Mesh mesh = world.apply(read);
        boolean accepted =
                mesh.problems().stream()
                        .noneMatch(p ->
                                p.severity() == Invalid.Severity.ERROR
                                        && p.where().equals(read.meta().ref()));
        return new Meaning(accepted, mesh.splits(), mesh.targets());
    }

    private static Map<String, Object> into(String version, Map<String, Object> object) {
        String wanted = RandomSmi.group(RandomSmi.kind(object)) + "/" + version;
        return switch (SmiConversion.convert(object, wanted)) {
            case SmiConversion.Converted.Done(Map<String, Object> done) -> done;
            case SmiConversion.Converted.Failed(String reason) -> throw new AssertionError(reason);
        };
    }

    private static SmiObject read(Map<String, Object> object) {
        TreeMap<String, String> annotations = new TreeMap<>();
        String name = "x";
        if (object.get("metadata") instanceof Map<?, ?> metadata) {
            name = String.valueOf(metadata.get("name"));
            if (metadata.get("annotations") instanceof Map<?, ?> map) {
                map.forEach((key, value) ->
                        annotations.put(String.valueOf(key), String.valueOf(value)));
            }
        }
        String kind = RandomSmi.kind(object);
        Map<String, Object> body = new HashMap<>(object);
        List.of("apiVersion", "kind", "metadata").forEach(body::remove);
        Meta meta =
                new Meta(
                        new ObjectRef(kind, RandomSmi.NAMESPACE, name, ""),
                        "",
                        Optional.empty(),
                        new TreeMap<>(),
                        annotations);
        return new SmiObject(meta, RandomSmi.group(kind), RandomSmi.version(object), body);
    }

    private static SmiObject annotated(SmiObject object, String name, String text) {
        Meta meta = object.meta();
        TreeMap<String, String> annotations = new TreeMap<>(Map.of(name, text));
        return new SmiObject(
                new Meta(meta.ref(), "", Optional.empty(), new TreeMap<>(), annotations),
                object.group(),
                object.version(),
                object.body());
    }

    @Test
    void aKeptPortNarrowsTheTargetUnlessThePortIsAField() {
        World world = new World();
        world.apply(tcpRoute("t", 80, 9091));
        SmiObject target = target("x", rule("TCPRoute", "t"));
        world.apply(annotated(target, Kept.DESTINATION_PORT, "\"9091\""));
        assertThat(world.grantsOf("x"))
                .containsExactly(new Grant.Tcp(new Ports(new TreeSet<>(List.of(9091)))));
        world.apply(annotated(target, Kept.DESTINATION_PORT, "nonsense"));
        assertThat(world.grantsOf("x")).as("the last good version").hasSize(1);
        assertThat(world.problems()).hasSize(1);
    }

    @Test
    void portsAtTheTopOfATcpRouteAreRead() {
        World world = new World();
        world.apply(
                smi("TCPRoute", "t", "v1alpha2", Map.of("matches", Map.of("ports", List.of(80)))));
        world.apply(target("x", rule("TCPRoute", "t")));
        assertThat(world.grantsOf("x"))
                .containsExactly(new Grant.Tcp(new Ports(new TreeSet<>(List.of(80)))));
    }
}
