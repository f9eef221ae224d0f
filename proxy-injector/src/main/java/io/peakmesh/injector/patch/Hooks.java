package io.peakmesh.injector.patch;

import io.peakmesh.xds.translator.bootstrap.ProxyImage;

/**
 * What keeps a proxy that is an ordinary container in step with its app, as text for the image's
 * shell: the kernel's list of sockets says who listens and who is connected.
 */
final class Hooks {
    /** For each socket: local address with the port, state, user. */
    private static final String SOCKETS =
            "for f in /proc/net/tcp /proc/net/tcp6; do [ -r $f ] || continue;"
                    + " while read -r _ at _ state _ _ _ uid _; do %s; done <$f; done;";

    /** An image without the program sleep keeps the time too, at the cost of a busy shell. */
    private static final String PAUSE = " sleep 1 2>/dev/null; read -r now _ </proc/uptime;";

    private Hooks() {}

    private static String until(int seconds) {
        return "read -r now _ </proc/uptime; end=$((${now%.*}+"
                + seconds
                + ")); while [ ${now%.*} -lt $end ]; do ";
    }

    /** Ends well when the proxy takes connections; the kubelet starts the next container then. */
    static String untilReady(int seconds) {
        String ready =
                "case $at$state in *:%04X0A) exit 0 ;; esac".formatted(ProxyImage.READY_PORT);
        return until(seconds)
                + SOCKETS.formatted(ready)
                + PAUSE
                + " done;"
                + " echo peakmesh-proxy is not ready after "
                + seconds
                + " seconds; exit 1";
    }

    /**
     * Ends when nobody else in the pod listens or is connected: the app has ended. The kubelet
     * stops the proxy then.
     */
    static String untilTheAppEnds(int seconds) {
        String busy = "case $state:$uid in *:" + ProxyImage.UID + ") ;; 01:*|0A:*) busy=1 ;; esac";
        return until(seconds)
                + "busy=; "
                + SOCKETS.formatted(busy)
                + " [ $busy ] || exit 0;"
                + PAUSE
                + " done";
    }
}
