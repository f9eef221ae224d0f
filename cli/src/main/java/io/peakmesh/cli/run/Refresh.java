package io.peakmesh.cli.run;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is looked at once a minute: keys and certificates that others may have changed. On a thread
 * of its own, since the place where they are kept may be slow or away.
 */
final class Refresh {
    private static final Logger LOG = LoggerFactory.getLogger(Refresh.class);
    private static final long SECONDS = 60;

    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("refresh").daemon(true).factory());
    private final Identity identity;
    private final Home home;
    private final InstantSource clock;

    Refresh(Identity identity, Home home, InstantSource clock) {
        this.identity = identity;
        this.home = home;
        this.clock = clock;
    }

    void start() {
        var _ = thread.scheduleWithFixedDelay(this::run, SECONDS, SECONDS, TimeUnit.SECONDS);
    }

    private void run() {
        Instant now = clock.instant();
        try {
            identity.refresh(now);
            home.refresh(now);
        } catch (IOException e) {
            LOG.error("trust bundle not written: cause=\"{}\"", e.toString());
        } catch (RuntimeException bug) {
            LOG.error("keys and certificates not looked at; tried again in a minute", bug);
        }
    }

    void close() {
        thread.shutdownNow();
    }
}
