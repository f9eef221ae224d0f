package io.peakmesh.xds.server.peer;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;

/**
 * A proxy whose identity was verified. Its node id must be {@code namespace/name} of the workload.
 */
public record Peer(WorkloadName workload, String uid, ServiceAccountName serviceAccount) {}
