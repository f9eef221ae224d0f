package io.peakmesh.benchmarks.fanout;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.BuildVersion;
import io.envoyproxy.envoy.config.core.v3.Extension;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.type.v3.SemanticVersion;
import java.util.Locale;

/**
 * Nodes as large as the one of a stock Envoy 1.40, which lists every extension it was built with:
 * {@value #BYTES} bytes.
 */
final class Nodes {
    static final int BYTES = 61_087;

    private final ByteString extensions;

    Nodes() {
        Node.Builder list = Node.newBuilder();
        int size = 0;
        for (int i = 0; size < BYTES - 300; i++) {
            String name = String.format(Locale.ROOT, "envoy.filters.http.extension_%04d", i);
            Extension extension =
                    Extension.newBuilder()
                            .setName(name)
                            .setCategory("envoy.filters.http")
                            .addTypeUrls(name + ".v3.Config")
                            .addTypeUrls(name + ".v3.ConfigPerRoute")
                            .build();
            list.addExtensions(extension);
            size += extension.getSerializedSize() + 3;
        }
        this.extensions = list.build().toByteString();
    }

    /** A serialised Node. */
    byte[] node(String id, String cluster) {
        return Node.newBuilder()
                .setId(id)
                .setCluster(cluster)
                .setLocality(Locality.newBuilder().setZone("zone-a"))
                .setUserAgentName("envoy")
                .setUserAgentBuildVersion(
                        BuildVersion.newBuilder()
                                .setVersion(
                                        SemanticVersion.newBuilder()
                                                .setMajorNumber(1)
                                                .setMinorNumber(40)))
                .build()
                .toByteString()
                .concat(extensions)
                .toByteArray();
    }
}
