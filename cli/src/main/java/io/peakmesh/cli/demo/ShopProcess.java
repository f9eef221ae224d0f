package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** One of the shop's apps as a process of its own, with a place for its probes. */
final class ShopProcess {
    private final List<App> parts;
    private final Duration linger;

    /**
     * @param parts the app itself first, then what must outlive it
     * @param linger how long it still takes calls after it was told to end: until every caller has
     *     heard of it
     */
    ShopProcess(List<App> parts, Duration linger) {
        this.parts = List.copyOf(parts);
        this.linger = linger;
    }

    /** Starts an app that takes calls; HTTP apps answer their probes themselves. */
    static ShopProcess serving(
            Shop.Instance instance, HostPort health, WayOut out, Duration linger) {
        App app = listening(instance.at(), () -> instance.start(out));
        return instance.kind() == Shop.Kind.HTTP
                ? new ShopProcess(List.of(app), linger)
                : new ShopProcess(List.of(app, probed(health)), linger);
    }

    /** Starts what only calls. */
    static ShopProcess calling(App app, HostPort health) {
        return new ShopProcess(List.of(app, probed(health)), Duration.ZERO);
    }

    private static App probed(HostPort health) {
        return listening(health, () -> HttpApp.health(health));
    }

    private interface Start {
        App start() throws IOException;
    }

    private static App listening(HostPort at, Start start) {
        try {
            return start.start();
        } catch (IOException e) {
            throw new CliException("cannot listen at " + at + " (" + e.getMessage() + ")", e);
        }
    }

    /** Ends it in order: every call that it took is answered, within {@code limit} of its last. */
    void finish(Duration limit) throws InterruptedException {
        parts.forEach(App::leave);
        Thread.sleep(linger);
        for (App part : parts) {
            part.drain(limit);
        }
    }
}
