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

/** A running Envoy, started as one workload's sidecar. */
public final class EnvoyProcess implements Closeable {
    private final Process process;

    private EnvoyProcess(Process process) {
        this.process = process;
    }

    /**
     * Writes the configuration files and starts Envoy.
     *
     * @param wrapper the beginning of the command line, for example {@code nsenter …}; may be empty
     * @param log gets everything that Envoy prints, appended
     */
    public static EnvoyProcess start(Path envoy, ProxySpec spec, List<String> wrapper, Path log)
            throws IOException {
        List<String> command = new ArrayList<>(wrapper);
        command.addAll(command(envoy, spec));
        return new EnvoyProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start());
    }

    /** The same with this process's own output and input, as a child that a user watches. */
    static EnvoyProcess startInForeground(Path envoy, ProxySpec spec) throws IOException {
        return new EnvoyProcess(new ProcessBuilder(command(envoy, spec)).inheritIO().start());
    }

    private static List<String> command(Path envoy, ProxySpec spec) throws IOException {
        Files.createDirectories(spec.dir());
        Path tokenSecret = spec.dir().resolve("token-secret.yaml");
        Path config = spec.dir().resolve("envoy.yaml");
        Bootstrap bootstrap =
                new Bootstrap(
                        spec.workload(),
                        spec.workload().namespace(),
                        spec.zone(),
                        new ControlPlane(
                                spec.xdsHost(),
                                spec.xdsPort(),
                                "xds." + spec.trustDomain(),
                                spec.roots().toAbsolutePath().toString()),
                        spec.tokenDir().toAbsolutePath().toString(),
                        tokenSecret.toAbsolutePath().toString(),
                        new Admin.Loopback(spec.adminHost(), spec.adminPort()),
                        Bootstrap.MAX_CONNECTIONS,
                        new Module.Absent("not placed"));
        Files.writeString(tokenSecret, bootstrap.tokenSecret());
        Files.writeString(config, bootstrap.render());
        List<String> command = new ArrayList<>();
        command.add(envoy.toString());
        command.addAll(bootstrap.envoyArguments(config.toAbsolutePath().toString()));
        return command;
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
