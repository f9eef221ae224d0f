package io.peakmesh.e2e.pods;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running {@code kubectl port-forward} from a free port of 127.0.0.1. */
public final class Forward implements Closeable {
    private static final Pattern LISTENING =
            Pattern.compile("Forwarding from 127\\.0\\.0\\.1:(\\d+) .*");

    private final Process process;
    private final int port;

    private Forward(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Forward start(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            BufferedReader said = process.inputReader();
            String line = said.readLine();
            Matcher listening = LISTENING.matcher(line == null ? "" : line);
            if (!listening.matches()) {
                process.destroyForcibly();
                throw new IllegalStateException("kubectl forwards no port; it said: " + line);
            }
            // It says a line of each connection, and would wait for someone to read it.
            Thread.ofVirtual().start(() -> said.lines().forEach(ignored -> {}));
            return new Forward(process, Integer.parseInt(listening.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of 127.0.0.1. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
