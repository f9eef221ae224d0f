package io.peakmesh.kube.reader;

/** How many values a text may still hold; what an alias repeats counts again. */
final class Budget {
    private final int limit;
    private int used;

    Budget(int limit) {
        this.limit = limit;
    }

    int used() {
        return used;
    }

    boolean spent() {
        return used >= limit;
    }

    /** Takes some values; false when there are not so many left. */
    boolean take(int values) {
        if (values > limit - used) {
            used = limit;
            return false;
        }
        used += values;
        return true;
    }
}
