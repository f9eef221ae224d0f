package io.peakmesh.cli.proxy;

import java.util.concurrent.TimeUnit;

/** Ending child processes for certain. */
public final class Processes {
    private static final long GRACE_SECONDS = 5;

    private Processes() {}

    /** Asks the process to end, and after five seconds makes it. */
    public static void stop(Process process) {
        process.destroy();
        await(process, GRACE_SECONDS);
        kill(process);
    }

    /** Kills the process and waits until it is gone. */
    public static void kill(Process process) {
        process.destroyForcibly();
        await(process, Long.MAX_VALUE);
    }

    private static void await(Process process, long seconds) {
        boolean interrupted = false;
        while (true) {
            try {
                process.waitFor(seconds, TimeUnit.SECONDS);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
