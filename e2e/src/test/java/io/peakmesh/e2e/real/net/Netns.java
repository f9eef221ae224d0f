package io.peakmesh.e2e.real.net;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One network namespace. A thread of this JVM lives in it: a socket belongs to the namespace of the
 * thread that made it, wherever it is used later.
 */
final class Netns implements Closeable {
    private static final int READ_ONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;

    private final String name;
    private final ExecutorService inside;

    /** Makes the namespace with its loopback interface up. */
    Netns(String name) {
        this.name = name;
        this.inside =
                Executors.newSingleThreadExecutor(
                        work -> Thread.ofPlatform().daemon().name(name).unstarted(work));
        Command.run("ip netns add " + name);
        try {
            Command.run("ip -n " + name + " link set lo up");
            inside.submit(this::enter).get();
        } catch (ExecutionException | RuntimeException e) {
            close();
            throw new IllegalStateException("cannot enter the network namespace " + name, e);
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    String name() {
        return name;
    }

    /** What to put before a command that shall run in here. */
    List<String> prefix() {
        return List.of("nsenter", "--net=/run/netns/" + name, "--");
    }

    /** Runs {@code work} on the thread that lives in here. */
    <T> T call(Callable<T> work) throws IOException {
        Future<T> result = inside.submit(work);
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException io) {
                throw new IOException(io.getMessage(), io);
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            result.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @SuppressWarnings("restricted") // setns has no door in the JDK; its signature is setns(2)
    private int enter() {
        Linker linker = Linker.nativeLinker();
        MethodHandle open =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("open"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        MethodHandle setns =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("setns"),
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("close"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) open.invokeExact(arena.allocateFrom("/run/netns/" + name), READ_ONLY);
            int entered = (int) setns.invokeExact(file, CLONE_NEWNET);
            int closed = (int) close.invokeExact(file);
            if (file < 0 || entered != 0 || closed != 0) {
                throw new IllegalStateException("setns failed for " + name);
            }
            return file;
        } catch (IllegalStateException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        inside.shutdownNow();
        Command.run("ip netns del " + name);
    }
}
