package io.peakmesh.benchmarks.balancing;

import java.util.List;
import java.util.random.RandomGenerator;

/** What a backend does with a request; times are nanoseconds from the start of a measurement. */
sealed interface Behaviour {
    /**
     * What becomes of one request.
     *
     * @param status the HTTP status
     * @param afterNanos how long after its arrival it is answered; negative: never
     */
    record Reply(int status, long afterNanos) {
        static final Reply NONE = new Reply(0, -1);

        boolean never() {
            return afterNanos < 0;
        }
    }

    /**
     * What becomes of a request.
     *
     * @param at when it arrives
     * @param number the how many-th here it is, from 1
     */
    Reply reply(long at, long number, RandomGenerator random);

    /** When its port is closed, and whatever was connected to it is cut off. */
    default List<Window> outages() {
        return List.of();
    }

    /** Answers each request in its service time. */
    record Sound(ServiceTime service) implements Behaviour {
        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            return new Reply(200, service.draw(random));
        }
    }

    /** Takes longer by {@code millis} for what arrives in the window. */
    record Slow(ServiceTime service, double millis, Window when) implements Behaviour {
        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            long extra = when.contains(at) ? (long) (millis * 1e6) : 0;
            return new Reply(200, service.draw(random) + extra);
        }
    }

    /** Lets each so many-th request wait for {@code millis}; the others go by them. */
    record Stalling(ServiceTime service, int every, double millis) implements Behaviour {
        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            long extra = number % every == every / 2 ? (long) (millis * 1e6) : 0;
            return new Reply(200, service.draw(random) + extra);
        }
    }

    /** Does nothing at all in the windows, as in a stop-the-world pause; then goes on with all. */
    record Freezing(ServiceTime service, List<Window> freezes) implements Behaviour {
        public Freezing {
            freezes = List.copyOf(freezes);
        }

        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            long begun = at;
            long done = at + service.draw(random);
            for (Window freeze : freezes) {
                if (freeze.contains(begun)) {
                    done += freeze.until() - begun;
                    begun = freeze.until();
                } else if (freeze.contains(done)) {
                    done += freeze.until() - freeze.from();
                }
            }
            return new Reply(200, done - at);
        }
    }

    /**
     * Is down in the outages: connections are refused. After each it first takes {@code coldMillis}
     * longer, which falls evenly to nothing in {@code warmUpSeconds}.
     */
    record Restarting(
            ServiceTime service, List<Window> outages, double coldMillis, double warmUpSeconds)
            implements Behaviour {
        public Restarting {
            outages = List.copyOf(outages);
        }

        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            double cold = 0;
            for (Window outage : outages) {
                if (at >= outage.until()) {
                    double upSeconds = (at - outage.until()) / 1e9;
                    cold = Math.max(0, 1 - upSeconds / warmUpSeconds);
                }
            }
            return new Reply(200, service.draw(random) + (long) (cold * coldMillis * 1e6));
        }
    }

    /** Takes connections and requests, and never says a word. */
    record Hanging() implements Behaviour {
        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            return Reply.NONE;
        }
    }

    /** Answers at once with an error. */
    record Failing(int status) implements Behaviour {
        @Override
        public Reply reply(long at, long number, RandomGenerator random) {
            return new Reply(status, 0);
        }
    }
}
