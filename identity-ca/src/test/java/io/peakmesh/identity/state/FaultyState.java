package io.peakmesh.identity.state;

import io.peakmesh.identity.state.IdentityException.Category;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A shared store as it can be over a network: calls fail before or after they took effect, a write
 * that "failed" may still arrive later, and others act between any two calls. All by a seed.
 */
final class FaultyState implements State {
    /** Stands for the power going off: it is no exception that anyone handles. */
    static final class PowerCut extends Error {}

    private record Late(String name, String content) {}

    private final Map<String, String> entries = new TreeMap<>();
    private final List<Late> underWay = new ArrayList<>();
    private final List<String> calls = new ArrayList<>();
    private final Random random;
    private final double faults;
    private Consumer<String> before = _ -> {};

    FaultyState(long seed, double faults) {
        this.random = new Random(seed);
        this.faults = faults;
    }

    /** Hears of every call before it is made; may throw, or use the state itself. */
    void before(Consumer<String> action) {
        before = action;
    }

    synchronized List<String> calls() {
        return List.copyOf(calls);
    }

    @Override
    public String place() {
        return "Secret peakmesh/peakmesh-ca";
    }

    private void begin(String call) {
        before.accept(call);
        synchronized (this) {
            calls.add(call);
            if (!underWay.isEmpty() && random.nextInt(4) == 0) {
                Late late = underWay.remove(random.nextInt(underWay.size()));
                entries.putIfAbsent(late.name(), late.content());
            }
        }
    }

    private synchronized void fail(String call) {
        if (random.nextDouble() < faults) {
            throw new IdentityException(Category.STATE_IO, call + ": timeout");
        }
    }

    @Override
    public Optional<String> read(String name) {
        begin("read " + name);
        fail("read " + name);
        synchronized (this) {
            return Optional.ofNullable(entries.get(name));
        }
    }

    @Override
    public boolean publish(String name, String content) {
        begin("publish " + name);
        fail("publish " + name);
        synchronized (this) {
            if (random.nextDouble() < faults) {
                underWay.add(new Late(name, content));
                throw new IdentityException(Category.STATE_IO, "publish " + name + ": timeout");
            }
        }
        boolean made;
        synchronized (this) {
            made = entries.putIfAbsent(name, content) == null;
        }
        fail("publish " + name);
        return made;
    }

    @Override
    public void delete(String name) {
        begin("delete " + name);
        fail("delete " + name);
        synchronized (this) {
            entries.remove(name);
        }
        fail("delete " + name);
    }

    @Override
    public List<String> names(String prefix) {
        begin("names " + prefix);
        fail("names " + prefix);
        synchronized (this) {
            return entries.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
        }
    }
}
