package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.util.List;

/** One {@code DeltaDiscoveryResponse}. */
public record Response(XdsType type, String nonce, List<Item> resources, List<String> removed) {
    /** A resource, with further names under which this client asked for it. */
    public record Item(Resource resource, List<String> aliases) {}

    public Response {
        resources = List.copyOf(resources);
        removed = List.copyOf(removed);
    }
}
