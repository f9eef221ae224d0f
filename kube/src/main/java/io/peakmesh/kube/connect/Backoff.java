package io.peakmesh.kube.connect;

import java.time.Duration;

/** How long to wait after each failure in a row: twice as long as before, up to a limit. */
public final class Backoff {
    private final Duration first;
    private final Duration most;
    private Duration next;

    public Backoff(Duration first, Duration most) {
        this.first = first;
        this.most = most;
        this.next = first;
    }

    /** The wait after one more failure. */
    public Duration failed() {
        Duration wait = next;
        Duration twice = next.multipliedBy(2);
        next = twice.compareTo(most) > 0 ? most : twice;
        return wait;
    }

    /** After a success the first wait is the short one again. */
    public void succeeded() {
        next = first;
    }
}
