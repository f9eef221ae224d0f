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

    private Hooks() {}

    /** Ends well when the proxy takes connections; the kubelet starts the next container then. */
    static String untilReady(int seconds) {
        String ready =
                "case $at$state in *:%04X0A) exit 0 ;; esac".formatted(ProxyImage.READY_PORT);
        return "n=0; while [ $n -lt "
                + seconds
                + " ]; do "
                + SOCKETS.formatted(ready)
                + " n=$((n+1)); sleep 1; done;"
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
        return "n=0; while [ $n -lt "
                + seconds
                + " ]; do busy=; "
                + SOCKETS.formatted(busy)
                + " [ $busy ] || exit 0; n=$((n+1)); sleep 1; done";
    }
}
