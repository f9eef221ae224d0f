package io.peakmesh.xds.translator.endpoint;

import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.peakmesh.model.Endpoint;

/**
 * How a cluster finds the transport socket for an endpoint: a word in the endpoint's metadata that
 * names the app's port for mTLS, or {@code plain}.
 */
public final class TransportMatch {
    private static final String KEY = "peakmesh";

    private TransportMatch() {}

    /** Whether the endpoint's proxy must prove who it is. */
    public static boolean secured(Endpoint endpoint) {
        return endpoint.proxy().meshed() && endpoint.serviceAccount().isPresent();
    }

    public static Struct of(Endpoint endpoint) {
        return secured(endpoint) ? mtls(endpoint.port()) : plain();
    }

    public static Struct mtls(int port) {
        return word(Integer.toString(port));
    }

    public static Struct plain() {
        return word("plain");
    }

    private static Struct word(String word) {
        return Struct.newBuilder()
                .putFields(KEY, Value.newBuilder().setStringValue(word).build())
                .build();
    }
}
