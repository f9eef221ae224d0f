package io.peakmesh.cli.demo;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code mesh sample}: one of the shop's apps, for the pods of charts/sample. Not listed by help:
 * nobody types it.
 */
@Command(
        name = "sample",
        hidden = true,
        description = {
            "Runs one app of the sample shop (charts/sample) until SIGTERM, then finishes what it"
                    + " took. Other apps are called by their service names, through http_proxy where"
                    + " the environment has one.",
            "The load generator prints a line of JSON a second, and a total at its end."
        })
public final class SampleCommand implements Callable<Integer> {
    private static final int HEALTH_PORT = 8081;

    /** With the linger it fits into the 30 s that a pod has to end. */
    private static final Duration FINISH = Duration.ofSeconds(20);

    private static final int MAX_LINGER_SECONDS = 600;

    /** The shop's apps. */
    enum Role {
        LOAD(Shop.Kind.CLIENT),
        WEB(Shop.Kind.HTTP),
        CATALOG(Shop.Kind.HTTP),
        CART(Shop.Kind.GRPC),
        LEDGER(Shop.Kind.TCP);

        private final Shop.Kind kind;

        Role(Shop.Kind kind) {
            this.kind = kind;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "APP", description = "One of ${COMPLETION-CANDIDATES}.")
    private Role role = Role.WEB;

    @Option(
            names = "--instance",
            paramLabel = "NAME",
            defaultValue = "${env:HOSTNAME:-app}",
            description = "What it calls itself in its answers (default: HOSTNAME).")
    private String instance = "app";

    @Option(
            names = "--version",
            paramLabel = "VERSION",
            defaultValue = "v1",
            description = "The version that the catalog says it is (default: v1).")
    private String version = "v1";

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            description = "Where it takes calls (default: the app's port on all addresses).")
    private @Nullable HostPort listen;

    @Option(
            names = "--health",
            paramLabel = "HOST:PORT",
            converter = HostPort.Converter.class,
            defaultValue = "0.0.0.0:" + HEALTH_PORT,
            description = "Where apps other than HTTP's answer probes (default: 0.0.0.0:8081).")
    private HostPort health = new HostPort("0.0.0.0", HEALTH_PORT);

    @Option(
            names = "--rate",
            paramLabel = "RPS",
            defaultValue = "20",
            description = "Requests a second of the load generator (default: 20).")
    private int rate = 20;

    @Option(
            names = "--linger-seconds",
            paramLabel = "N",
            defaultValue = "5",
            description = "How long it takes calls after SIGTERM (default: 5).")
    private int lingerSeconds = 5;

    @Override
    public Integer call() throws InterruptedException {
        if (rate < 1 || rate > 1000) {
            throw new CliException("--rate must be 1 to 1000, is " + rate);
        }
        if (lingerSeconds < 0 || lingerSeconds > MAX_LINGER_SECONDS) {
            throw new CliException(
                    "--linger-seconds must be 0 to "
                            + MAX_LINGER_SECONDS
                            + ", is "
                            + lingerSeconds);
        }
        ShopProcess process = start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> finish(process)));
        new CountDownLatch(1).await();
        return 0;
    }

    private ShopProcess start() {
        WayOut out = WayOut.of(System.getenv());
        if (role.kind == Shop.Kind.CLIENT) {
            return ShopProcess.calling(
                    new Customers(out, rate, spec.commandLine().getOut()), health);
        }
        HostPort at = listen != null ? listen : new HostPort("0.0.0.0", role.kind.port());
        return ShopProcess.serving(
                new Shop.Instance(instance, role.toString(), version, role.kind, at),
                health,
                out,
                Duration.ofSeconds(lingerSeconds));
    }

    /** A pod that ended as it was told to has not failed: its exit code is 0, not the signal's. */
    private static void finish(ShopProcess process) {
        try {
            process.finish(FINISH);
            Runtime.getRuntime().halt(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
