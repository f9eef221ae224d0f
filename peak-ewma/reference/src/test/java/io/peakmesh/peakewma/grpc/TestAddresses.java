package io.peakmesh.peakewma.grpc;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.InternalEquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Gives a channel the addresses that a test wants, and others later. */
final class TestAddresses extends NameResolverProvider {
    private final String scheme;
    private List<EquivalentAddressGroup> addresses;
    private NameResolver.@Nullable Listener2 listener;
    private @Nullable SynchronizationContext context;

    TestAddresses(String scheme, List<EquivalentAddressGroup> addresses) {
        this.scheme = scheme;
        this.addresses = addresses;
    }

    static List<EquivalentAddressGroup> of(TestServer... servers) {
        return Stream.of(servers)
                .map(server -> new EquivalentAddressGroup(server.address()))
                .toList();
    }

    static EquivalentAddressGroup weighted(TestServer server, long weight) {
        return new EquivalentAddressGroup(
                server.address(),
                Attributes.newBuilder()
                        .set(InternalEquivalentAddressGroup.ATTR_WEIGHT, weight)
                        .build());
    }

    void change(List<EquivalentAddressGroup> newAddresses) {
        if (context == null) {
            throw new IllegalStateException("no channel asked yet");
        }
        context.execute(() -> {
            addresses = newAddresses;
            tell();
        });
    }

    private void tell() {
        if (listener != null) {
            listener.onResult2(
                    NameResolver.ResolutionResult.newBuilder()
                            .setAddressesOrError(StatusOr.fromValue(addresses))
                            .build());
        }
    }

    @Override
    public NameResolver newNameResolver(URI uri, NameResolver.Args args) {
        context = args.getSynchronizationContext();
        return new NameResolver() {
            @Override
            public String getServiceAuthority() {
                return "test";
            }

            @Override
            public void start(Listener2 newListener) {
                listener = newListener;
                tell();
            }

            @Override
            public void shutdown() {}
        };
    }

    @Override
    public String getDefaultScheme() {
        return scheme;
    }

    @Override
    protected boolean isAvailable() {
        return true;
    }

    @Override
    protected int priority() {
        return 5;
    }
}
