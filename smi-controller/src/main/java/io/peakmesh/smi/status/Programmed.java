package io.peakmesh.smi.status;

import java.util.List;

/**
 * How far an object has come in the data plane.
 *
 * @param proxies that use what follows from it
 * @param acked of them that have acknowledged its newest state
 * @param refusals one line for each proxy that refused it, with the text of its NACK; at most ten
 */
public record Programmed(int proxies, int acked, List<String> refusals) {
    public Programmed {
        refusals = List.copyOf(refusals);
    }
}
