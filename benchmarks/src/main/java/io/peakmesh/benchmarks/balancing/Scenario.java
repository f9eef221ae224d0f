package io.peakmesh.benchmarks.balancing;

import java.util.List;
import java.util.Set;

/**
 * One case that the policies are put to.
 *
 * @param name a word for the command line and the JSON
 * @param what in a sentence
 * @param seconds for how long requests are sent
 * @param rps requests a second, at random moments
 * @param clients sidecars that share the requests evenly and know nothing of each other
 * @param timeoutMillis after which the sidecar gives up a request
 * @param deadlineMillis within which an answer must come to be a success
 * @param bad the backends that a good policy avoids, by number
 * @param mostRounds in how many rounds it is measured at most
 */
record Scenario(
        String name,
        String title,
        String what,
        int seconds,
        int rps,
        int clients,
        int timeoutMillis,
        int deadlineMillis,
        List<Backend> backends,
        Set<Integer> bad,
        List<Policy> policies,
        int mostRounds) {
    /**
     * @param weight its share among the endpoints, 1 to 128
     */
    record Backend(Behaviour behaviour, int weight) {}

    Scenario {
        backends = List.copyOf(backends);
        bad = Set.copyOf(bad);
        policies = List.copyOf(policies);
    }

    /** When those that were slow or down at the start are sound, in seconds; negative if never. */
    double recoversAt() {
        long end = seconds * 1_000_000_000L;
        return bad.stream()
                .flatMap(number -> troubles(backends.get(number).behaviour()).stream())
                .filter(trouble -> trouble.contains(0) && !trouble.contains(end))
                .mapToDouble(trouble -> trouble.until() / 1e9)
                .max()
                .orElse(-1);
    }

    private static List<Window> troubles(Behaviour behaviour) {
        return switch (behaviour) {
            case Behaviour.Slow slow -> List.of(slow.when());
            case Behaviour.Restarting restarting -> restarting.outages();
            case Behaviour.Sound _,
                    Behaviour.Stalling _,
                    Behaviour.Freezing _,
                    Behaviour.Hanging _,
                    Behaviour.Failing _ ->
                    List.of();
        };
    }
}
