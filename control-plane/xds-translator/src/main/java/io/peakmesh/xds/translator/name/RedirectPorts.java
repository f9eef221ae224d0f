package io.peakmesh.xds.translator.name;

import java.util.List;

/** Where a workload's redirected traffic lands; what writes the redirect rules reads them here. */
public final class RedirectPorts {
    /** What the app sends. */
    public static final int OUTBOUND = 15001;

    /** What comes to the app. */
    public static final int INBOUND = 15006;

    public static final List<Integer> ALL = List.of(OUTBOUND, INBOUND);

    private RedirectPorts() {}
}
