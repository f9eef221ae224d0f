package io.peakmesh.cli;

import io.peakmesh.cli.cluster.ClusterHome;
import io.peakmesh.cli.cluster.ClusterOptions;
import io.peakmesh.cli.cluster.Injecting;
import io.peakmesh.cli.folder.FolderHome;
import io.peakmesh.cli.install.MeshValues;
import io.peakmesh.cli.run.ControlPlane;
import io.peakmesh.cli.run.ControlPlaneOptions;
import io.peakmesh.cli.run.Home;
import io.peakmesh.cli.terminal.CidrConverter;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.DurationConverter;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.kube.crd.InjectorWebhook;
import io.peakmesh.model.ClusterId;
import io.peakmesh.model.Settings;
import io.peakmesh.model.TrustDomain;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh control-plane}: serves a mesh until it is told to end. */
@Command(
        name = "control-plane",
        description = {
            "Serves the mesh that a Kubernetes cluster or a folder of Kubernetes YAML describes; edits"
                    + " reach every proxy that uses what changed.",
            "With --source it needs no cluster: the state folder holds the certificate authority, and"
                    + " for every meshed Pod a token file with which that Pod's proxy proves itself.",
            "With --kubeconfig, or inside a cluster, the API server is the source, the store and the"
                    + " identity of workloads; several replicas may run at once."
        })
final class ControlPlaneCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlaneCommand.class);

    /** Kubernetes sets it in every container. */
    private static final String IN_CLUSTER = "KUBERNETES_SERVICE_HOST";

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--source",
            paramLabel = "DIR",
            description = "The folder of YAML, watched for changes.")
    private @Nullable Path source;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster; inside one nothing has to be said.")
    private @Nullable Path kubeconfig;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description =
                    "Keys, certificates and tokens; kept private (default: .peakmesh). Of a cluster the"
                            + " keys are kept in a Secret, and this folder is needed only for 'mesh"
                            + " diagnostics --state'.")
    private @Nullable Path state;

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "peakmesh",
            description = "Where the control plane lives in a cluster (default: ${DEFAULT-VALUE}).")
    private String namespace = "peakmesh";

    @Option(
            names = "--replica",
            paramLabel = "NAME",
            description = "What tells this replica from others (default: the host's name).")
    private @Nullable String replica;

    @Option(
            names = "--webhook",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:15012",
            converter = HostPort.Converter.class,
            description =
                    "Where the API server's calls are taken, which find it by the Service peakmesh of"
                            + " its namespace (default: ${DEFAULT-VALUE}).")
    private HostPort webhook = new HostPort("127.0.0.1", 15012);

    @Option(
            names = "--health",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Where /livez, /readyz and /metrics are answered (default: nowhere).")
    private @Nullable HostPort health;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "The values that the mesh was installed with, by which pods get their sidecars"
                            + " (default: as installed without any).")
    private @Nullable Path config;

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
            converter = CidrConverter.class,
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
    public Integer call() throws InterruptedException {
        ControlPlaneOptions options = options();
        CountDownLatch end = new CountDownLatch(1);
        try (ControlPlane running = ControlPlane.start(options, home(options.settings()))) {
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

    private Home home(Settings settings) {
        InstantSource clock = InstantSource.system();
        SecureRandom random = new SecureRandom();
        if (source != null && kubeconfig != null) {
            throw new CliException("--source and --kubeconfig exclude each other: name one");
        }
        if (source == null && kubeconfig == null && System.getenv(IN_CLUSTER) == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "name the source: --source DIR, or --kubeconfig FILE outside a cluster");
        }
        if (source == null) {
            return ClusterHome.connect(
                    new ClusterOptions(
                            Optional.ofNullable(kubeconfig),
                            Optional.ofNullable(state),
                            namespace,
                            replica == null ? hostName() : replica,
                            webhook,
                            settings,
                            injecting()),
                    clock,
                    random);
        }
        if (!Files.isDirectory(source)) {
            throw new CliException(
                    "--source: " + source + " is no folder; name one that holds Kubernetes YAML");
        }
        return new FolderHome(
                source,
                state == null ? Path.of(".peakmesh") : state,
                settings.trustDomain(),
                tokenTtl,
                clock,
                random);
    }

    private Injecting injecting() {
        MeshValues values = config == null ? usualValues() : values(config);
        same("--namespace", namespace, values.namespace());
        same("--trust-domain", trustDomain, values.trustDomain());
        same("--cluster-domain", clusterDomain, values.clusterDomain());
        return new Injecting(
                switch (values.failurePolicy()) {
                    case IGNORE -> InjectorWebhook.Failure.IGNORE;
                    case FAIL -> InjectorWebhook.Failure.FAIL;
                },
                values::injection);
    }

    private MeshValues usualValues() {
        return MeshValues.parse(
                """
                namespace: %s
                trustDomain: %s
                clusterDomain: %s
                """
                        .formatted(namespace, trustDomain, clusterDomain),
                "the command line",
                ControlPlaneCommand::unknown);
    }

    private static MeshValues values(Path file) {
        try {
            return MeshValues.read(file, ControlPlaneCommand::unknown);
        } catch (IOException e) {
            throw new CliException("--config: cannot read " + file + " (" + e + ")", e);
        }
    }

    /** A newer version's, which a replica of this one meets during an upgrade or after it. */
    private static void unknown(String value) {
        LOG.warn("--config: this version does not know the value {}, and goes on without", value);
    }

    /** A sidecar would look for another control plane than this one, or trust another. */
    private static void same(String flag, String here, String there) {
        if (!here.equals(there)) {
            throw new CliException(
                    "--config says " + there + " where " + flag + " is " + here + ": say the same");
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new CliException("the host has no name; give the replica one with --replica", e);
        }
    }

    private ControlPlaneOptions options() {
        List<String> all = new ArrayList<>(Settings.PRIVATE_RANGES);
        all.addAll(ranges);
        try {
            return new ControlPlaneOptions(
                    xds,
                    Optional.ofNullable(health),
                    new Settings(
                            new TrustDomain(trustDomain),
                            new ClusterId("local"),
                            clusterDomain,
                            all),
                    leafTtl);
        } catch (IllegalArgumentException wrong) {
            throw new CliException("" + wrong.getMessage(), wrong);
        }
    }
}
