package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.admin.ControlPlaneAddress;
import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.DurationConverter;
import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.survey.ClusterSurvey;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mesh check}: asks all that can be asked of a running mesh. */
@Command(
        name = "check",
        description = {
            "Checks the cluster or this machine, the control plane and, with --proxy, every"
                    + " proxy, and says for all that is not well which command to run next.",
            "Exit code: 0 nothing failed (there may be warnings, ‼), 1 something did (×)."
        })
public final class CheckCommand implements Callable<Integer> {
    private static final long AGAIN_MILLIS = 500;

    /** How to print. */
    enum Form {
        TABLE,
        JSON,
        SHORT
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ControlPlaneAddress controlPlane = new ControlPlaneAddress();

    @Option(names = "--pre", description = "Check whether a cluster is fit for an installation.")
    private boolean pre;

    @Option(names = "--proxy", description = "Check the proxies too.")
    private boolean proxy;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAME",
            description = "With --proxy: the apps' namespace in a cluster (default: all).")
    private @Nullable String namespace;

    @Option(
            names = {"-L", "--peakmesh-namespace"},
            paramLabel = "NAME",
            defaultValue = "peakmesh",
            description = "The control plane's namespace in a cluster (default: ${DEFAULT-VALUE}).")
    private String meshNamespace = "peakmesh";

    @Option(
            names = "--expected-version",
            paramLabel = "VERSION",
            defaultValue = Version.PEAKMESH,
            description = "What a cluster's control plane should be (default: ${DEFAULT-VALUE}).")
    private String expected = Version.PEAKMESH;

    @Option(
            names = "--wait",
            paramLabel = "DURATION",
            converter = DurationConverter.class,
            description =
                    "While what is wrong may still come right, ask again for so long, e.g. 30s.")
    private @Nullable Duration patience;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "table|json|short",
            defaultValue = "table",
            description =
                    "How to print: ${COMPLETION-CANDIDATES}; short leaves out what is well"
                            + " (default: ${DEFAULT-VALUE}).")
    private Form form = Form.TABLE;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Report report = untilWell(InstantSource.system());
        PrintWriter out = spec.commandLine().getOut();
        switch (form) {
            case TABLE -> report.lines(true).forEach(out::println);
            case SHORT -> report.lines(false).forEach(out::println);
            case JSON ->
                    out.println(
                            new ObjectMapper()
                                    .writerWithDefaultPrettyPrinter()
                                    .writeValueAsString(report.json()));
        }
        out.flush();
        return report.success() ? 0 : 1;
    }

    private Report untilWell(InstantSource clock) throws InterruptedException {
        Instant end = clock.instant().plus(patience == null ? Duration.ZERO : patience);
        Report report = report(clock);
        while (report.worthWaiting() && clock.instant().isBefore(end)) {
            Thread.sleep(AGAIN_MILLIS);
            report = report(clock);
        }
        return report;
    }

    private Report report(InstantSource clock) {
        Optional<Path> cluster = controlPlane.kubeconfig();
        if (pre && proxy) {
            throw new ParameterException(
                    spec.commandLine(), "--pre and --proxy do not go together");
        }
        if (cluster.isEmpty()) {
            if (pre) {
                throw new CliException(
                        "there is no cluster to ask; name one: mesh check --pre --kubeconfig FILE");
            }
            return Report.of(ofFolder());
        }
        try (Connection connection = new Connection(cluster.get())) {
            ClusterPlan plan =
                    new ClusterPlan(
                            connection::view,
                            this::ask,
                            commands(true),
                            meshNamespace,
                            namespace == null ? "" : namespace,
                            expected,
                            clock);
            return Report.of(pre ? plan.before() : plan.installed(proxy));
        }
    }

    private Commands commands(boolean ofCluster) {
        return new Commands(controlPlane.flags(), ofCluster);
    }

    private List<Category> ofFolder() {
        List<Category> categories = new ArrayList<>();
        categories.add(EnvironmentChecks.of(EnvoyBinary::find));
        categories.add(ControlPlaneChecks.of(this::ask, commands(false)));
        if (proxy) {
            categories.add(DataPlaneChecks.of(this::ask, commands(false)));
        }
        return categories;
    }

    private JsonNode ask(String path) {
        return controlPlane.get(path);
    }

    /** A cluster that is asked for the first time when a check wants to. */
    private final class Connection implements AutoCloseable {
        private final Path kubeconfig;
        private @Nullable ClusterSurvey survey;
        private @Nullable View view;

        Connection(Path kubeconfig) {
            this.kubeconfig = kubeconfig;
        }

        View view() {
            View known = view;
            if (known == null) {
                try {
                    ClusterSurvey opened =
                            ClusterSurvey.open(kubeconfig, "mesh/" + Version.PEAKMESH);
                    survey = opened;
                    known = new View(opened, commands(true));
                    view = known;
                } catch (IllegalArgumentException e) {
                    throw new CliException(e.getMessage() + "; kubectl config view", e);
                }
            }
            return known;
        }

        @Override
        public void close() {
            if (survey != null) {
                survey.close();
            }
        }
    }
}
