package io.peakmesh.kube.survey;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A cluster that can be asked. Every method waits for the answer, and throws an ApiException where
 * the API server refuses to give it, or another IOException where there is none.
 */
public interface Survey {
    /** The version of its API server, as in {@code v1.37.2}. */
    String version() throws IOException;

    /** The time that its API server has, to the second; empty if it does not say. */
    Optional<Instant> clock() throws IOException;

    /** One object; empty if there is none of that name. */
    Optional<JsonNode> get(Kind kind, String namespace, String name) throws IOException;

    /**
     * All objects of a kind, a page at a time, so that no more than a page of them is in memory
     * where the taker keeps none.
     *
     * @param namespace empty for all
     * @param labels a selector as kubectl's {@code -l}; empty for all
     */
    void each(Kind kind, String namespace, String labels, Consumer<JsonNode> taker)
            throws IOException;

    /** Whether whoever asks has this right. */
    boolean may(Right right) throws IOException;
}
