package io.peakmesh.xds.translator.name;

import java.util.List;

/** Where a workload's redirected traffic lands; what writes the redirect rules reads them here. */
public final class RedirectPorts {
    /** What the app sends. */
    public static final int OUTBOUND = 15001;

    /** What comes to the app. */
    public static final int INBOUND = 15006;

    public static final List<Integer> ALL = List.of(OUTBOUND, INBOUND);

    /**
     * The socket priority (SO_PRIORITY, of which a process without privileges may set 0 to 6) of
     * the connections that a proxy opens to its own app. By it the redirect tells them from a call
     * of the app to its own service, which the proxy sends to the same address.
     */
    public static final int DELIVERY_PRIORITY = 5;

    private RedirectPorts() {}
}
