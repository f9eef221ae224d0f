package io.peakmesh.e2e.real.grpcxds;

import io.grpc.CallCredentials;
import io.grpc.ChannelCredentials;
import io.grpc.CompositeChannelCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.xds.XdsCredentialsProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * Channel credentials of the type {@code peakmesh} for gRPC's bootstrap: TLS to the control plane
 * whose roots are in the file {@code roots}, and the bearer token in the file {@code token}.
 */
public final class TokenCredentials extends XdsCredentialsProvider {
    static final String SERVER = "xds.cluster.local";

    @Override
    protected ChannelCredentials newChannelCredentials(Map<String, ?> config) {
        return CompositeChannelCredentials.create(
                TlsChannelCredentials.newBuilder()
                        .trustManager(new ServerTrust(Path.of("" + config.get("roots")), SERVER))
                        .build(),
                new Bearer(Path.of("" + config.get("token"))));
    }

    @Override
    protected String getName() {
        return "peakmesh";
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
        private static final Metadata.Key<String> AUTHORIZATION =
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

        private final Path file;

        Bearer(Path file) {
            this.file = file;
        }

        @Override
        public void applyRequestMetadata(
                RequestInfo request, Executor executor, MetadataApplier applier) {
            Metadata headers = new Metadata();
            try {
                headers.put(AUTHORIZATION, "Bearer " + Files.readString(file).strip());
            } catch (IOException e) {
                applier.fail(Status.UNAUTHENTICATED.withCause(e));
                return;
            }
            applier.apply(headers);
        }
    }
}
