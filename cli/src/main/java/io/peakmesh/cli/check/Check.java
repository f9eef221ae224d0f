package io.peakmesh.cli.check;

/**
 * One question about the mesh.
 *
 * @param description what holds if all is well; the same in every run, so that programs can look
 *     for it
 * @param decisive whether nothing after it can be asked where it fails
 * @param awaited whether what is wrong may come right by itself soon
 */
record Check(String description, boolean decisive, boolean awaited, Probe probe) {
    /** Looks at the mesh; a CliException that it throws is a failure. */
    interface Probe {
        Finding look();
    }

    static Check of(String description, Probe probe) {
        return new Check(description, false, false, probe);
    }

    /** One that may come right by itself. */
    static Check awaited(String description, Probe probe) {
        return new Check(description, false, true, probe);
    }

    /** The same as one without which no later one can be asked. */
    Check asDecisive() {
        return new Check(description, true, awaited, probe);
    }
}
