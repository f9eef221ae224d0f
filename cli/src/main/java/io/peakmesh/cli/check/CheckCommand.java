package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.admin.ControlPlaneAddress;
import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.terminal.DurationConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mesh check}: asks all that can be asked of a running mesh. */
@Command(
        name = "check",
        description = {
            "Checks this machine, the control plane and, with --proxy, every proxy,"
                    + " and says for all that is not well which command to run next.",
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

    @Option(names = "--proxy", description = "Check the proxies too.")
    private boolean proxy;

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
        Report report = Report.of(categories());
        while (report.worthWaiting() && clock.instant().isBefore(end)) {
            Thread.sleep(AGAIN_MILLIS);
            report = Report.of(categories());
        }
        return report;
    }

    private List<Category> categories() {
        Commands commands = new Commands(controlPlane.flags());
        List<Category> categories = new ArrayList<>();
        categories.add(EnvironmentChecks.of(EnvoyBinary::find));
        categories.add(ControlPlaneChecks.of(this::ask, commands));
        if (proxy) {
            categories.add(DataPlaneChecks.of(this::ask, commands));
        }
        return categories;
    }

    private JsonNode ask(String path) {
        return controlPlane.get(path);
    }
}
