package io.peakmesh.model;

/**
 * A TCP destination that a workload without redirect reaches through its own proxy.
 *
 * @param listen the port on the workload's own address where its app dials the proxy
 * @param service where the bytes go
 * @param port the service's port
 */
public record LocalPort(int listen, ServiceName service, int port) {}
