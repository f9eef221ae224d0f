/**
 * What the mesh is at one moment: services, workloads, endpoints, SMI policy and splits, as
 * immutable values. Every other room reads these types and none of them knows another room's.
 *
 * <p>Never here: protobuf, Kubernetes types, JSON, I/O, a clock or a logger.
 */
@NullMarked
package io.peakmesh.model;

import org.jspecify.annotations.NullMarked;
