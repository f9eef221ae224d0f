package io.peakmesh.cli.terminal;

import picocli.CommandLine.Option;

/** The option {@code -o}, alike in every command that prints something to read on. */
public final class Output {
    /** What the printed text is for. */
    enum Format {
        TABLE,
        JSON
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json",
            defaultValue = "table",
            description = "How to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format = Format.TABLE;

    public boolean json() {
        return format == Format.JSON;
    }
}
