package io.peakmesh.benchmarks.fanout;

import io.peakmesh.benchmarks.run.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * The floor server's process. Its sidecars all play the part of the recorded one; a change goes to
 * as many of them as the same change of the control plane's run.
 */
final class Floor implements Server {
    private static final String SERVER_NAME = "xds.cluster.local";
    private static final int START_SECONDS = 60;

    private final Plan plan;
    private final LongSupplier nanos;
    private final Path work;
    private final Child child;
    private final int port;

    /** Starts it and waits until it takes connections. */
    Floor(
            Plan plan,
            Path work,
            String classPath,
            Recording recording,
            LongSupplier nanos,
            Instant now)
            throws IOException, InterruptedException {
        this.plan = plan;
        this.nanos = nanos;
        this.work = work;
        if (recording.pushes().size() != Recording.PUSHES) {
            throw new IllegalStateException("no change was recorded");
        }
        FloorCertificates.write(work, SERVER_NAME, now);
        recording.write(work.resolve("recording"));
        Path ready = work.resolve("ready");
        this.child =
                Child.start(
                        "the floor server",
                        work.resolve("floor.log"),
                        Child.java(
                                ServerFlags.FLAGS,
                                classPath,
                                List.of(
                                        FloorServer.class.getName(),
                                        work.resolve("recording").toString(),
                                        work.resolve("chain.pem").toString(),
                                        work.resolve("key.pem").toString(),
                                        ready.toString())));
        try {
            this.port = awaitPort(ready);
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
    }

    private int awaitPort(Path ready) throws IOException, InterruptedException {
        for (int tenths = 0; tenths < 10 * START_SECONDS; tenths++) {
            String text = Files.exists(ready) ? Files.readString(ready) : "";
            if (text.startsWith(FloorServer.READY)) {
                return Integer.parseInt(text.substring(FloorServer.READY.length()));
            }
            child.pause(100);
        }
        throw new IllegalStateException("the floor server did not start:\n" + child.lastLines());
    }

    @Override
    public Child child() {
        return child;
    }

    @Override
    public Fleet.Target target() {
        return new Fleet.Target(port, SERVER_NAME, work.resolve("roots.pem"));
    }

    @Override
    public Fleet.Role role(int stream) {
        return new Fleet.Role(
                Uses.of(plan, 0),
                Plan.NAMESPACE + "/" + plan.pod(stream),
                plan.service(0),
                Integer.toString(stream));
    }

    @Override
    public Change change(int number) {
        return new Change(
                plan.usedBy(0).getFirst(), IntStream.range(0, recipients(number)).boxed().toList());
    }

    private int recipients(int number) {
        return plan.usersOf(ControlPlane.changedService(plan, number)).size();
    }

    @Override
    public long apply(int number) throws IOException {
        byte[] command =
                ("push " + number % Recording.PUSHES + " " + recipients(number) + "\n")
                        .getBytes(StandardCharsets.UTF_8);
        long before = nanos.getAsLong();
        child.input().write(command);
        child.input().flush();
        return before;
    }

    @Override
    public void close() {
        child.close();
    }
}
