package io.peakmesh.peakewma.grpc;

import static io.grpc.ConnectivityState.CONNECTING;
import static io.grpc.ConnectivityState.IDLE;
import static io.grpc.ConnectivityState.READY;
import static io.grpc.ConnectivityState.TRANSIENT_FAILURE;

import io.grpc.Attributes;
import io.grpc.ConnectivityState;
import io.grpc.InternalEquivalentAddressGroup;
import io.grpc.Status;
import io.grpc.util.MultiChildLoadBalancer;
import io.peakmesh.peakewma.PeakEwmaConfig;
import io.peakmesh.peakewma.Place;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * One connection to each endpoint, made at once and again whenever it goes idle; calls go to the
 * connected ones. What is known of an endpoint is kept while it is among the addresses. gRPC calls
 * all of this in one thread at a time.
 */
final class PeakEwmaLoadBalancer extends MultiChildLoadBalancer {
    private static final SubchannelPicker CONNECT_FIRST =
            new FixedResultPicker(PickResult.withNoResult());
    private static final long MOST_WEIGHT = 1L << 32;

    private final Uptime uptime;
    private final Supplier<? extends RandomGenerator> random;
    private final Map<Object, Place> places = new HashMap<>();
    private PeakEwmaConfig config = PeakEwmaConfig.DEFAULT;
    private PeakEwmaConfig shownConfig = config;
    private List<Server> shown = List.of();

    PeakEwmaLoadBalancer(Helper helper, Uptime uptime, Supplier<? extends RandomGenerator> random) {
        super(helper);
        this.uptime = uptime;
        this.random = random;
    }

    @Override
    public Status acceptResolvedAddresses(ResolvedAddresses addresses) {
        config =
                addresses.getLoadBalancingPolicyConfig() instanceof PeakEwmaConfig given
                        ? given
                        : PeakEwmaConfig.DEFAULT;
        for (ChildLbState child : getChildLbStates()) {
            traffic(child).endpoint().configure(config);
        }
        return super.acceptResolvedAddresses(addresses);
    }

    @Override
    protected Map<Object, ResolvedAddresses> createChildAddressesMap(ResolvedAddresses addresses) {
        Map<Object, ResolvedAddresses> children = super.createChildAddressesMap(addresses);
        places.clear();
        children.forEach((key, child) ->
                places.put(key, place(child.getAddresses().getFirst().getAttributes())));
        return children;
    }

    private static Place place(Attributes attributes) {
        Long weight = attributes.get(InternalEquivalentAddressGroup.ATTR_WEIGHT);
        return weight == null
                ? Place.DEFAULT
                : Place.DEFAULT.withWeight(Math.clamp(weight, 1, MOST_WEIGHT));
    }

    @Override
    protected ChildLbState createChildLbState(Object key) {
        return new Child(key, new Traffic(config, uptime));
    }

    @Override
    protected void updateOverallBalancingState() {
        List<Server> servers = new ArrayList<>();
        for (ChildLbState child : getReadyChildren()) {
            servers.add(
                    new Server(
                            traffic(child),
                            places.getOrDefault(child.getKey(), Place.DEFAULT),
                            child.getCurrentPicker()));
        }
        if (!servers.isEmpty()) {
            if (currentConnectivityState != READY
                    || !servers.equals(shown)
                    || !config.equals(shownConfig)) {
                show(READY, new PeakEwmaPicker(config, servers, uptime, random), servers);
            }
        } else if (getChildLbStates().stream().anyMatch(PeakEwmaLoadBalancer::mayConnect)) {
            show(CONNECTING, CONNECT_FIRST, servers);
        } else {
            show(TRANSIENT_FAILURE, reason(), servers);
        }
    }

    private void show(ConnectivityState state, SubchannelPicker picker, List<Server> servers) {
        currentConnectivityState = state;
        shown = servers;
        shownConfig = config;
        getHelper().updateBalancingState(state, picker);
    }

    private static boolean mayConnect(ChildLbState child) {
        return child.getCurrentState() == CONNECTING || child.getCurrentState() == IDLE;
    }

    /** Why one of them cannot be connected to, which says enough when none can. */
    private SubchannelPicker reason() {
        for (ChildLbState child : getChildLbStates()) {
            return child.getCurrentPicker();
        }
        return CONNECT_FIRST;
    }

    private static Traffic traffic(ChildLbState child) {
        return ((Child) child).traffic;
    }

    /** One endpoint: its connection, kept by a pick_first of its own, and its traffic. */
    private final class Child extends ChildLbState {
        private final Traffic traffic;

        Child(Object key, Traffic traffic) {
            super(key, pickFirstLbProvider);
            this.traffic = traffic;
        }

        @Override
        protected ChildLbStateHelper createChildHelper() {
            return new ConnectedAgain();
        }

        private final class ConnectedAgain extends ChildLbStateHelper {
            @Override
            public void updateBalancingState(ConnectivityState state, SubchannelPicker picker) {
                super.updateBalancingState(state, picker);
                if (state == IDLE && !resolvingAddresses) {
                    getLb().requestConnection();
                }
            }
        }
    }
}
