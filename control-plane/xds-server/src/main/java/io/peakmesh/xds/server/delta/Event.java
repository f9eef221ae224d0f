package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.server.peer.SecretSource;
import java.util.Optional;

/** What can happen to a stream from outside; a new mesh comes through {@link Proxies#publish}. */
public sealed interface Event {
    /** The client sent this. */
    record Asked(Request request) implements Event {}

    /** The transport takes more bytes, or no more for now. A stream begins writable. */
    record Writable(boolean now) implements Event {}

    /** The answer to {@link Effect.AskSecret}; empty if this peer may not have it. */
    record SecretReady(String name, Optional<SecretSource.Secret> secret) implements Event {}

    /** {@link Effect.AskSecret} could not be answered now. */
    record SecretFailed(String name) implements Event {}

    /** All secrets must be asked for anew. */
    record SecretsChanged() implements Event {}

    /** Time has passed. */
    record Tick() implements Event {}
}
