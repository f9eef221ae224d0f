package io.peakmesh.model;

/**
 * One port of a service.
 *
 * @param name the port's name in the Service; empty when the Service has one unnamed port
 * @param port the number clients call, 1 to 65535
 * @param protocol from the opaque-ports annotation, then appProtocol, then the port's name, then
 *     {@link Protocol#DETECT}
 */
public record ServicePort(String name, int port, Protocol protocol) {}
