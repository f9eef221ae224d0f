package io.peakmesh.peakewma.grpc;

import io.grpc.LoadBalancer.SubchannelPicker;
import io.peakmesh.peakewma.Candidate;
import io.peakmesh.peakewma.Endpoint;
import io.peakmesh.peakewma.Place;

/**
 * A connected endpoint as one picker sees it.
 *
 * @param traffic the streams to it, the same object in every picker
 * @param place its weight
 * @param connection gives its connection
 */
record Server(Traffic traffic, Place place, SubchannelPicker connection) implements Candidate {
    @Override
    public Endpoint endpoint() {
        return traffic.endpoint();
    }

    @Override
    public int outstanding() {
        return traffic.outstanding();
    }
}
