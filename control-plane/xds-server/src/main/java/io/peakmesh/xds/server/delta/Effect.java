package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.translator.XdsType;
import java.util.Map;

/** What a stream wants done. */
public sealed interface Effect {
    /** Begin to take requests from the client. */
    record Admit() implements Effect {}

    /** Send this to the client. */
    record Send(Response response) implements Effect {}

    /** Ask the secret source; the answer comes back as an {@link Event}. */
    record AskSecret(String name, String heldVersion) implements Effect {}

    /**
     * The client sent a NACK; said for people, nothing has to be done.
     *
     * @param versions the resources known as bad by it, with their versions; empty while it is not
     *     known which of several are
     */
    record Rejected(XdsType type, Map<String, String> versions, String text) implements Effect {}

    /**
     * The client's Envoy cannot use the Peak-EWMA module: for the stream's life it gets what every
     * Envoy understands. Said for people, nothing has to be done.
     */
    record ModuleRefused(String text) implements Effect {}

    /** The client asked for a type that is not known here; it is not answered. */
    record Ignored(String typeUrl) implements Effect {}

    /** End the stream. Nothing follows. */
    record Close(Reason reason, String text) implements Effect {}

    /** Why a stream is ended. */
    enum Reason {
        /** The mesh has no such workload, or not yet: the client may come again. */
        UNKNOWN_WORKLOAD,
        /** The node in the request is not the one that was authenticated. */
        NOT_ITS_NODE,
        /** The same workload opened a newer stream. */
        REPLACED,
        /** A response was not ACKed in time. */
        ACK_OVERDUE,
        /** A bug ended it. */
        FAILED,
        /** The server goes away: the client may come again, elsewhere or later. */
        DRAINING,
        /** There are too many streams. */
        TOO_MUCH
    }
}
