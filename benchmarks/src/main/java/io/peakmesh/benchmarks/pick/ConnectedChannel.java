package io.peakmesh.benchmarks.pick;

import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.ConnectivityStateInfo;
import io.grpc.EquivalentAddressGroup;
import io.grpc.LoadBalancer;
import io.grpc.LoadBalancer.SubchannelPicker;
import io.grpc.ManagedChannel;
import io.grpc.SynchronizationContext;
import io.peakmesh.peakewma.grpc.PeakEwmaLoadBalancerProvider;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As much of a channel as a policy needs to get its picker: every connection is there at once. */
final class ConnectedChannel extends LoadBalancer.Helper {
    private final SynchronizationContext context =
            new SynchronizationContext((_, e) -> {
                throw new IllegalStateException(e);
            });
    private @Nullable SubchannelPicker picker;

    /** A picker of the policy over that many connected endpoints. */
    static SubchannelPicker picker(int endpoints) {
        ConnectedChannel channel = new ConnectedChannel();
        PeakEwmaLoadBalancerProvider provider = new PeakEwmaLoadBalancerProvider();
        LoadBalancer policy = provider.newLoadBalancer(channel);
        List<EquivalentAddressGroup> addresses = new ArrayList<>();
        for (int index = 0; index < endpoints; index++) {
            addresses.add(
                    new EquivalentAddressGroup(
                            InetSocketAddress.createUnresolved("e" + index, 80)));
        }
        Object config = provider.parseLoadBalancingPolicyConfig(Map.of()).getConfig();
        channel.context.execute(() -> {
            if (!policy.acceptResolvedAddresses(
                            LoadBalancer.ResolvedAddresses.newBuilder()
                                    .setAddresses(addresses)
                                    .setLoadBalancingPolicyConfig(config)
                                    .build())
                    .isOk()) {
                throw new IllegalStateException("addresses not accepted");
            }
        });
        if (channel.picker == null) {
            throw new IllegalStateException("not connected");
        }
        return channel.picker;
    }

    @Override
    public LoadBalancer.Subchannel createSubchannel(LoadBalancer.CreateSubchannelArgs args) {
        return new Connection(args.getAddresses(), context);
    }

    @Override
    public void updateBalancingState(ConnectivityState state, SubchannelPicker newPicker) {
        picker = state == ConnectivityState.READY ? newPicker : null;
    }

    @Override
    public ManagedChannel createOobChannel(EquivalentAddressGroup group, String authority) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SynchronizationContext getSynchronizationContext() {
        return context;
    }

    @Override
    public String getAuthority() {
        return "bench";
    }

    private static final class Connection extends LoadBalancer.Subchannel {
        private final List<EquivalentAddressGroup> addresses;
        private final SynchronizationContext context;
        private LoadBalancer.@Nullable SubchannelStateListener listener;

        Connection(List<EquivalentAddressGroup> addresses, SynchronizationContext context) {
            this.addresses = addresses;
            this.context = context;
        }

        @Override
        public void start(LoadBalancer.SubchannelStateListener newListener) {
            listener = newListener;
        }

        @Override
        public void requestConnection() {
            context.execute(() -> {
                if (listener != null) {
                    listener.onSubchannelState(
                            ConnectivityStateInfo.forNonError(ConnectivityState.READY));
                }
            });
        }

        @Override
        public void shutdown() {}

        @Override
        public List<EquivalentAddressGroup> getAllAddresses() {
            return addresses;
        }

        @Override
        public Attributes getAttributes() {
            return Attributes.EMPTY;
        }
    }
}
