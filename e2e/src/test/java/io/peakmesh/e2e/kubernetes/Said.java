package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What a program said until its end.
 *
 * @param exit its exit code
 * @param out its standard output
 * @param err its error output
 */
public record Said(int exit, String out, String err) {
    /** Runs a program; {@code input} is all that it can read. */
    public static Said by(List<String> command, Map<String, String> environment, String input) {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            CompletableFuture<String> err =
                    CompletableFuture.supplyAsync(
                            () -> all(process.getErrorStream()), Said::inThread);
            CompletableFuture<Void> given =
                    CompletableFuture.runAsync(() -> give(process, input), Said::inThread);
            String out = all(process.getInputStream());
            int exit = process.waitFor();
            given.join();
            return new Said(exit, out, err.join());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted: " + String.join(" ", command), e);
        }
    }

    /** The common pool may have one thread, which would read until the end before it gives. */
    private static void inThread(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static void give(Process process, String input) {
        try (var to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading everything, which is its right; its exit code tells.
        }
    }

    private static String all(InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it ended well. */
    public boolean ok() {
        return exit == 0;
    }

    /** This; throws IllegalStateException with what it said if it failed. */
    public Said orThrow() {
        if (!ok()) {
            throw new IllegalStateException("exit code " + exit + ": " + err + out);
        }
        return this;
    }
}
