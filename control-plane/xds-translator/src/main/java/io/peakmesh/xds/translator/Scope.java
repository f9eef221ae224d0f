package io.peakmesh.xds.translator;

import io.peakmesh.model.WorkloadName;

/** Who shares a resource: the wider, the fewer times it is built and held. */
public sealed interface Scope {
    /** Every proxy that asks for the name gets the same bytes. */
    record Shared() implements Scope {}

    /** The same for all proxies of a namespace (short names resolve there). */
    record OfNamespace(String namespace) implements Scope {}

    /** The same for all proxies of a zone (which endpoints are near depends on it). */
    record OfZone(String zone) implements Scope {}

    /** For one workload's proxy only. */
    record OfWorkload(WorkloadName workload) implements Scope {}

    /** For proxyless gRPC clients, whose xDS knows neither on-demand names nor our filters. */
    record OfGrpcClient(String namespace) implements Scope {}
}
