package io.peakmesh.xds.server.delta;

import io.peakmesh.xds.translator.XdsType;
import java.time.Duration;

/**
 * The bounds on everything that a client can grow.
 *
 * @param streams live streams in all
 * @param initialSyncs streams that are getting their first configuration at one time; more wait
 * @param initialSync how long a stream may count among those
 * @param names of one type that one stream may subscribe to; what exceeds it is answered with the
 *     type's stand-in, or as absent
 * @param virtualHosts the same for on-demand virtual hosts, whose names clients of a proxy choose
 * @param secrets the same for secrets
 * @param nameLength of one resource name, in characters; a longer one is answered as absent
 * @param answers names waiting to be answered as absent or by a stand-in, of one type of one
 *     stream; what exceeds it is not answered
 * @param responseBytes of one response, about; the rest follows when it is ACKed
 * @param ackAge how long a response may stay without its ACK before the stream is closed
 * @param order how long the make-before-break order may hold a change back
 * @param learnedAccounts service accounts whose dependencies are remembered
 * @param learnedNames names remembered for one service account and type
 * @param rejections (resource, version) pairs whose rejections are counted
 * @param strangers streams of workloads that the mesh does not have that may wait for it at one
 *     time; more are refused at once
 * @param strangerWait how long each may
 */
public record Limits(
        int streams,
        int initialSyncs,
        Duration initialSync,
        int names,
        int virtualHosts,
        int secrets,
        int nameLength,
        int answers,
        int responseBytes,
        Duration ackAge,
        Duration order,
        int learnedAccounts,
        int learnedNames,
        int rejections,
        int strangers,
        Duration strangerWait) {
    public static Limits byDefault() {
        return new Limits(
                20_000,
                256,
                Duration.ofSeconds(10),
                4_096,
                1_000,
                16,
                1_024,
                4_096,
                1 << 20,
                Duration.ofSeconds(60),
                Duration.ofSeconds(5),
                10_000,
                256,
                1_024,
                256,
                Duration.ofSeconds(5));
    }

    int namesOf(XdsType type) {
        return switch (type) {
            case SECRET -> secrets;
            case VIRTUAL_HOST -> virtualHosts;
            case CLUSTER, ENDPOINT, LISTENER, ROUTE -> names;
        };
    }
}
