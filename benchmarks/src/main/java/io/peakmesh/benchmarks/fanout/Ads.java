package io.peakmesh.benchmarks.fanout;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;

/**
 * The delta method of the aggregated discovery service, with as little parsing as each side needs.
 */
final class Ads {
    static final String SERVICE = "envoy.service.discovery.v3.AggregatedDiscoveryService";
    private static final String METHOD =
            MethodDescriptor.generateFullMethodName(SERVICE, "DeltaAggregatedResources");

    private Ads() {}

    /** For the load client; {@code reader} sees every response. */
    static <T> MethodDescriptor<byte[], T> client(BytesMarshaller.Reader<T> reader) {
        return MethodDescriptor.<byte[], T>newBuilder()
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(METHOD)
                .setRequestMarshaller(new BytesMarshaller.Outgoing())
                .setResponseMarshaller(new BytesMarshaller.Incoming<>(reader))
                .build();
    }

    /** For the floor server. */
    static MethodDescriptor<DeltaRequest.Read, byte[]> server() {
        return MethodDescriptor.<DeltaRequest.Read, byte[]>newBuilder()
                .setType(MethodType.BIDI_STREAMING)
                .setFullMethodName(METHOD)
                .setRequestMarshaller(new BytesMarshaller.Incoming<>(DeltaRequest::read))
                .setResponseMarshaller(new BytesMarshaller.Outgoing())
                .build();
    }
}
