package io.peakmesh.cli.check;

/**
 * One question about the mesh.
 *
 * @param description what holds if all is well; the same in every run, so that programs can look
 *     for it
 * @param stops what cannot be asked any more where it fails
 * @param awaited whether what is wrong may come right by itself soon
 */
record Check(String description, Stops stops, boolean awaited, Probe probe) {
    /** Looks at the mesh; a CliException that it throws is a failure. */
    interface Probe {
        Finding look();
    }

    /** What a failure makes pointless to ask. */
    enum Stops {
        NOTHING,
        CATEGORY,
        EVERYTHING
    }

    static Check of(String description, Probe probe) {
        return new Check(description, Stops.NOTHING, false, probe);
    }

    /** One that may come right by itself. */
    static Check awaited(String description, Probe probe) {
        return new Check(description, Stops.NOTHING, true, probe);
    }

    /** The same as one without which no later one can be asked. */
    Check asDecisive() {
        return new Check(description, Stops.EVERYTHING, awaited, probe);
    }

    /** The same as one without which no later one of its category can be asked. */
    Check asFirst() {
        return new Check(description, Stops.CATEGORY, awaited, probe);
    }
}
