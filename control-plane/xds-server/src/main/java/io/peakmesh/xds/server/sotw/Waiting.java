package io.peakmesh.xds.server.sotw;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.envoyproxy.controlplane.cache.Response;
import io.envoyproxy.controlplane.cache.Watch;
import io.envoyproxy.controlplane.cache.WatchCancelledException;
import io.peakmesh.xds.server.snapshot.Derived;
import io.peakmesh.xds.server.snapshot.Entry;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.server.snapshot.ResourceGraph;
import io.peakmesh.xds.server.snapshot.Subscriber;
import io.peakmesh.xds.translator.ResourceKey;
import io.peakmesh.xds.translator.XdsType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** One open question of a gRPC client: answered when there is something that it does not have. */
final class Waiting implements Subscriber {
    private final GrpcStream stream;
    private final XdsType type;
    private final List<String> names;
    private final Watch watch;
    private final List<Entry> entries = new ArrayList<>();
    private boolean looking;
    private boolean done;

    Waiting(GrpcStream stream, XdsType type, List<String> names, Watch watch) {
        this.stream = stream;
        this.type = type;
        this.names = names;
        this.watch = watch;
    }

    XdsType type() {
        return type;
    }

    void start() {
        ResourceGraph graph = stream.loop().graph();
        for (String name : names) {
            entries.add(graph.subscribe(new ResourceKey(type, name, stream.scope()), this));
        }
        look();
    }

    void stop() {
        done = true;
        entries.forEach(entry -> stream.loop().graph().unsubscribe(entry, this));
        entries.clear();
    }

    /** Several entries may change at one publication: it is looked at once, after all of them. */
    @Override
    public void changed(Derived what) {
        if (!looking) {
            looking = true;
            stream.loop().execute(this::look);
        }
    }

    private void look() {
        looking = false;
        if (done) {
            return;
        }
        List<Resource> present = new ArrayList<>();
        entries.forEach(entry -> entry.resource().ifPresent(present::add));
        GrpcStream.Answer answer = new GrpcStream.Answer(names, version(present));
        if (answer.equals(stream.last(type)) || (present.isEmpty() && !absenceMatters())) {
            return;
        }
        List<Any> packed = present.stream().map(Waiting::any).toList();
        stream.answered(this, answer);
        stop();
        try {
            watch.respond(Response.create(watch.request(), packed, answer.version()));
        } catch (WatchCancelledException e) {
            // The client asked anew meanwhile; that question has its own answer.
            return;
        }
    }

    /** Of listeners and clusters the whole is sent, so what is missing does not exist. */
    private boolean absenceMatters() {
        return switch (type) {
            case LISTENER, CLUSTER -> true;
            case SECRET, ENDPOINT, ROUTE, VIRTUAL_HOST -> false;
        };
    }

    private static Any any(Resource resource) {
        try {
            return Any.parseFrom(resource.any());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("bytes of our own making must parse", e);
        }
    }

    private static String version(List<Resource> resources) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            for (Resource resource : resources) {
                sha.update(resource.toString().getBytes(StandardCharsets.UTF_8));
                sha.update((byte) 0);
            }
            byte[] half = java.util.Arrays.copyOf(sha.digest(), 16);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(half);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
