package io.peakmesh.xds.server.sim;

import org.junit.jupiter.api.Test;

/**
 * Every client converges to the newest valid configuration under any order of edits, ACKs, NACKs,
 * losses and restarts, and nothing is ever sent that the protocol forbids. {@code -Dsim.seed=N}
 * replays one run, with {@code -Dsim.trace=true} line by line; {@code -Dsim.runs=N} makes more of
 * them. Maven passes them on in {@code -Dsim.args="..."}.
 */
class SimulationTest {
    @Test
    void convergesUnderAnyOrderOfEventsWithNothingSentTwice() {
        Long one = Long.getLong("sim.seed");
        if (one != null) {
            run(one);
            return;
        }
        long runs = Long.getLong("sim.runs", 3_000);
        for (long seed = 1; seed <= runs; seed++) {
            run(seed);
        }
    }

    private static void run(long seed) {
        try {
            new Simulation(seed).run(600);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("replay with -Dsim.args=-Dsim.seed=" + seed, e);
        }
    }
}
