package io.peakmesh.cli.proxy;

import io.peakmesh.xds.translator.bootstrap.Admin;
import io.peakmesh.xds.translator.bootstrap.Bootstrap;
import io.peakmesh.xds.translator.bootstrap.Bootstrap.ControlPlane;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A running Envoy, started as one workload's sidecar. */
public final class EnvoyProcess implements Closeable {
    private final Process process;
    private final Module module;

    private EnvoyProcess(Process process, Module module) {
        this.process = process;
        this.module = module;
    }

    /**
     * Places the module, writes the configuration files and starts Envoy.
     *
     * @param wrapper the beginning of the command line, for example {@code nsenter …}; may be empty
     * @param log gets everything that Envoy prints, appended
     */
    public static EnvoyProcess start(Path envoy, ProxySpec spec, List<String> wrapper, Path log)
            throws IOException {
        return start(
                envoy,
                spec,
                wrapper,
                builder ->
                        builder.redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
    }

    /** The same with this process's own output and input, as a child that a user watches. */
    static EnvoyProcess startInForeground(Path envoy, ProxySpec spec) throws IOException {
        return start(envoy, spec, List.of(), ProcessBuilder::inheritIO);
    }

    private static EnvoyProcess start(
            Path envoy, ProxySpec spec, List<String> wrapper, Consumer<ProcessBuilder> streams)
            throws IOException {
        Path library = spec.dir().resolve("module").toAbsolutePath();
        Module module = new ModulePlace(library, envoy).bring(spec.module());
        List<String> command = new ArrayList<>(wrapper);
        command.add(envoy.toString());
        command.addAll(arguments(spec, module));
        ProcessBuilder builder = new ProcessBuilder(command);
        if (module instanceof Module.Placed) {
            builder.environment().put(ModuleTrial.SEARCH_PATH, library.toString());
        }
        streams.accept(builder);
        return new EnvoyProcess(builder.start(), module);
    }

    private static List<String> arguments(ProxySpec spec, Module module) throws IOException {
        Files.createDirectories(spec.dir());
        Path tokenSecret = spec.dir().resolve("token-secret.yaml");
        Path rootsSecret = spec.dir().resolve("roots-secret.yaml");
        Path config = spec.dir().resolve("envoy.yaml");
        ControlPlane controlPlane =
                new ControlPlane(
                        spec.xdsHost(),
                        spec.xdsPort(),
                        "xds." + spec.trustDomain(),
                        spec.roots().toAbsolutePath().toString(),
                        rootsSecret.toAbsolutePath().toString());
        Bootstrap bootstrap =
                new Bootstrap(
                        spec.workload(),
                        spec.workload().namespace(),
                        spec.zone(),
                        controlPlane,
                        spec.tokenDir().toAbsolutePath().toString(),
                        tokenSecret.toAbsolutePath().toString(),
                        new Admin.Loopback(spec.adminHost(), spec.adminPort()),
                        Bootstrap.MAX_CONNECTIONS,
                        module);
        Files.writeString(tokenSecret, bootstrap.tokenSecret());
        Files.writeString(rootsSecret, controlPlane.rootsSecret());
        Files.writeString(config, bootstrap.render());
        return bootstrap.envoyArguments(config.toAbsolutePath().toString());
    }

    /** Whether it has the Peak-EWMA module, and why not. */
    public Module module() {
        return module;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Its exit code; waits for it. */
    int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Its crash: no connection is ended in order. */
    public void kill() {
        Processes.kill(process);
    }

    @Override
    public void close() {
        Processes.stop(process);
    }
}
