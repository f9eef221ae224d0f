package io.peakmesh.benchmarks.fanout;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.peakmesh.benchmarks.run.Machine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A run as text for people and as JSON.
 *
 * @param revision the commit that was measured
 * @param load the machine's load averages before and after the run
 */
record Report(
        String date,
        String revision,
        Machine machine,
        List<String> load,
        int rounds,
        int warmUps,
        int changes,
        List<Results> profiles) {
    String markdown() {
        StringBuilder out = new StringBuilder();
        out.append("# Fan-out, ").append(date).append("\n\n");
        out.append(machine.line(load, revision)).append("\n\n");
        out.append(method());
        for (Results results : profiles) {
            out.append('\n').append(Table.of(results));
        }
        return out.toString();
    }

    private String method() {
        return """
        One TCP connection with TLS 1.3 and one delta ADS stream a sidecar, each with its own
        token; the first message carries a Node of %,d bytes (what a stock Envoy 1.40 sends),
        later ones none. Each sidecar subscribes to all clusters, all listeners, the route
        configuration `outbound`, its two secrets, the reserved virtual host, then by name to the
        virtual hosts, clusters and endpoints of the services it uses, and ACKs every response.
        Client and server share the machine's cores; the client has one event loop.

        - Control plane: `mesh control-plane --source DIR` in a process of its own with the flags
          of `./mesh`. One change = one EndpointSlice file replaced by rename with one of its
          endpoints not ready, the next one ready again. It begins just before the rename, so
          noticing the file is in it.
        - Floor: a gRPC server with the same TLS, flags and connections that sends bytes recorded
          from the control plane, encoded once, to as many streams as the same change reaches
          there; it keeps no state and looks at no ACK. Its change begins just before the command
          is written to its standard input.
        - A stream has the change when its client has read the response. CPU is user and system
          time of the server's process from the first measured change to %s ms after the last,
          divided by the changes; it includes ACKs. Payload bytes are gRPC messages without
          framing and TLS.
        - %d rounds each, taken in turn after an unmeasured one; in each, %d changes to warm up,
          then %d measured. p50 and p99 are of one round; a cell is the median of the rounds, with
          the least and the most.
        """
                .formatted(Nodes.BYTES, Round.BETWEEN_MILLIS, rounds, warmUps, changes);
    }

    /** Every round's figures, and their summaries as median, least, most. */
    String json() throws IOException {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("date", date);
        root.put("revision", revision);
        root.put("machine", machine);
        root.put("loadAverages", load);
        root.put("nodeBytes", Nodes.BYTES);
        root.put("warmUps", warmUps);
        root.put("changes", changes);
        List<Object> list = new ArrayList<>();
        for (Results results : profiles) {
            Map<String, Object> profile = new LinkedHashMap<>();
            profile.put("plan", results.plan());
            profile.put("controlPlane", Results.summary(results.controlPlane()));
            profile.put("floor", Results.summary(results.floor()));
            profile.put("controlPlaneRounds", results.controlPlane());
            profile.put("floorRounds", results.floor());
            list.add(profile);
        }
        root.put("profiles", list);
        return new ObjectMapper()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .writeValueAsString(root)
                + "\n";
    }
}
