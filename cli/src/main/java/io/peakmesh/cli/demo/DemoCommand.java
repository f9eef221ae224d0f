package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Output;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh demo}: sets the scene, walks through it, and stays until Ctrl-C. */
@Command(
        name = "demo",
        description = {
            "Runs a small shop behind real Envoy sidecars on loopback addresses and walks through what"
                    + " the mesh does for it: mTLS, a traffic split, a policy, a slow and a killed"
                    + " instance, renewed certificates. Needs no cluster and no root.",
            "Every step can also be made by hand: edit the files in the printed folder."
        })
public final class DemoCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private Output output = new Output();

    @Option(
            names = "--once",
            description = "Walk through the steps once, check each, and exit 0 only if all held.")
    private boolean once;

    @Option(
            names = "--rate",
            paramLabel = "RPS",
            defaultValue = "40",
            description = "Requests a second that the load generator sends (default: 40).")
    private int rate = 40;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Work in this empty folder and keep it (default: a temporary one).")
    private @Nullable Path dir;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (rate < 1 || rate > 1000) {
            throw new CliException("--rate must be 1 to 1000, is " + rate);
        }
        Path work = workFolder();
        Thread main = Thread.currentThread();
        Cleanup cleanup = new Cleanup(work, dir != null);
        Thread onSignal =
                new Thread(() -> {
                    main.interrupt();
                    cleanup.run();
                });
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            Scene scene =
                    new Scene(
                            Shop.onFreeAddresses(),
                            work,
                            rate,
                            InstantSource.system(),
                            this::progress,
                            cleanup::own);
            return once ? walkOnce(scene) : stay(scene, work);
        } catch (CliException e) {
            cleanup.keepLogs();
            throw new CliException(e.getMessage() + "; logs: " + work.resolve("logs"), e);
        } finally {
            cleanup.run();
        }
    }

    private Path workFolder() throws IOException {
        if (dir == null) {
            return Files.createTempDirectory("mesh-demo-");
        }
        Files.createDirectories(dir);
        try (Stream<Path> content = Files.list(dir)) {
            Optional<Path> first = content.findFirst();
            if (first.isPresent()) {
                throw new CliException(
                        dir
                                + " is not empty ("
                                + first.get().getFileName()
                                + "); name another folder");
            }
        }
        return dir.toAbsolutePath();
    }

    private void progress(String line) {
        if (once || output.json()) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("  " + line);
            err.flush();
        }
    }

    private int walkOnce(Scene scene) throws IOException, InterruptedException {
        List<Step> steps = new Walk(scene, this::progress).all(this::report);
        boolean held = steps.stream().allMatch(Step::held);
        if (output.json()) {
            Map<String, Object> result = new LinkedHashMap<>();
            result.put("held", held);
            result.put("machine", machine());
            result.put("steps", steps);
            spec.commandLine()
                    .getOut()
                    .println(
                            new ObjectMapper()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(result));
        }
        return held ? 0 : 1;
    }

    private static Map<String, Object> machine() throws IOException {
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("arch", System.getProperty("os.arch"));
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("java", Runtime.version().toString());
        machine.put("envoy", EnvoyBinary.version(EnvoyBinary.find()).orElse("unknown"));
        return machine;
    }

    private void report(Step step) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(
                (step.held() ? "√ " : "× ") + step.name() + (step.held() ? "" : ": " + step.why()));
        err.flush();
    }

    private int stay(Scene scene, Path work) throws IOException, InterruptedException {
        new LiveView(scene, work, spec.commandLine().getOut()).run();
        return 0;
    }
}
