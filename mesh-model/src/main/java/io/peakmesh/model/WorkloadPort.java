package io.peakmesh.model;

/** A port on which a workload's app listens, with what it speaks. */
public record WorkloadPort(int port, Protocol protocol) {}
