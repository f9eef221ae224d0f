package io.peakmesh.model;

import java.util.List;

/** What a TrafficTarget lets its sources do at its destination. */
public sealed interface Grant {
    Ports ports();

    /** HTTP requests that meet one of the matches, on these ports only. */
    record Http(List<HttpMatch> matches, Ports ports) implements Grant {
        public Http {
            matches = List.copyOf(matches);
        }
    }

    /** Any bytes on these TCP ports, HTTP included. */
    record Tcp(Ports ports) implements Grant {}

    record Udp(Ports ports) implements Grant {}
}
