package io.peakmesh.xds.server.sotw;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import io.envoyproxy.controlplane.cache.Resources;
import io.envoyproxy.controlplane.server.serializer.ProtoResourcesSerializer;

/** Resources come packed from the graph: there is nothing to serialise. */
final class SharedBytes implements ProtoResourcesSerializer {
    @Override
    public Any serialize(Message resource, Resources.ApiVersion version) {
        if (resource instanceof Any packed) {
            return packed;
        }
        throw new IllegalArgumentException("not from the graph: " + resource.getClass());
    }
}
