package io.peakmesh.xds.server;

import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Metadata;
import io.grpc.TlsChannelCredentials;
import io.grpc.xds.XdsCredentialsProvider;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * How a proxyless workload shows its token: a kind of channel credentials of its own, {@code
 * peakmesh_token}, named in the bootstrap with the files of the root and of the token.
 */
public final class TokenCredentials extends XdsCredentialsProvider {
    @Override
    protected ChannelCredentials newChannelCredentials(Map<String, ?> config) {
        String token = String.valueOf(config.get("token"));
        try {
            return CompositeChannelCredentials.create(
                    TlsChannelCredentials.newBuilder()
                            .trustManager(new File(String.valueOf(config.get("root_file"))))
                            .build(),
                    new Bearer(token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected String getName() {
        return "peakmesh_token";
    }

    @Override
    public boolean isAvailable() {
        return true;
    }

    @Override
    public int priority() {
        return 5;
    }

    private static final class Bearer extends CallCredentials {
        private final String token;

        Bearer(String token) {
            this.token = token;
        }

        @Override
        public void applyRequestMetadata(
                RequestInfo request, Executor executor, MetadataApplier applier) {
            Metadata headers = new Metadata();
            headers.put(
                    Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                    "Bearer " + token);
            applier.apply(headers);
        }
    }
}
