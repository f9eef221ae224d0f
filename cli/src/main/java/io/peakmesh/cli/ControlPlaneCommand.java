package io.peakmesh.cli;

import io.peakmesh.cli.run.ControlPlane;
import io.peakmesh.cli.run.ControlPlaneOptions;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.DurationConverter;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.ClusterId;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrustDomain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mesh control-plane}: serves a mesh from a folder of YAML until it is told to end. */
@Command(
        name = "control-plane",
        description = {
            "Serves the mesh that a folder of Kubernetes YAML describes; edits of the folder reach"
                    + " every proxy that uses what changed.",
            "The state folder holds the certificate authority; for every meshed Pod it gets a token"
                    + " file with which that Pod's proxy proves itself."
        })
final class ControlPlaneCommand implements Callable<Integer> {
    @Option(
            names = "--source",
            required = true,
            paramLabel = "DIR",
            description = "The folder of YAML, watched for changes.")
    private Path source = Path.of(".");

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".peakmesh",
            description =
                    "Keys, certificates and tokens; kept private (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of(".peakmesh");

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:15010",
            converter = HostPort.Converter.class,
            description = "Where proxies connect (default: ${DEFAULT-VALUE}).")
    private HostPort xds = new HostPort("127.0.0.1", 15010);

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "The authority in every SPIFFE ID (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--cluster-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "The DNS suffix of services (default: ${DEFAULT-VALUE}).")
    private String clusterDomain = "cluster.local";

    @Option(
            names = "--mesh-range",
            paramLabel = "CIDR",
            description = {
                "Addresses of services and workloads besides the private ranges; repeatable.",
                "What an app sends elsewhere passes its sidecar untouched."
            })
    private List<String> ranges = new ArrayList<>();

    @Option(
            names = "--leaf-ttl",
            paramLabel = "DURATION",
            defaultValue = "12h",
            converter = DurationConverter.class,
            description = "How long a workload's certificate lives (default: ${DEFAULT-VALUE}).")
    private Duration leafTtl = Duration.ofHours(12);

    @Option(
            names = "--token-ttl",
            paramLabel = "DURATION",
            defaultValue = "1h",
            converter = DurationConverter.class,
            description =
                    "How long a token file is good; renewed at half of it (default:"
                            + " ${DEFAULT-VALUE}).")
    private Duration tokenTtl = Duration.ofHours(1);

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(source)) {
            throw new CliException(
                    "--source: " + source + " is no folder; name one that holds Kubernetes YAML");
        }
        CountDownLatch end = new CountDownLatch(1);
        try (ControlPlane running = ControlPlane.start(options())) {
            Thread stop =
                    new Thread(() -> {
                        end.countDown();
                        running.awaitClosed();
                    });
            Runtime.getRuntime().addShutdownHook(stop);
            end.await();
        }
        return 0;
    }

    private ControlPlaneOptions options() {
        List<String> all = new ArrayList<>(Settings.PRIVATE_RANGES);
        all.addAll(ranges);
        try {
            return new ControlPlaneOptions(
                    source,
                    state,
                    xds,
                    new Settings(
                            new TrustDomain(trustDomain),
                            new ClusterId("local"),
                            clusterDomain,
                            all),
                    leafTtl,
                    tokenTtl);
        } catch (IllegalArgumentException wrong) {
            throw new CliException("" + wrong.getMessage(), wrong);
        }
    }
}
