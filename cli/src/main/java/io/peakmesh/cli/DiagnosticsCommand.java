package io.peakmesh.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.admin.ControlPlaneAddress;
import io.peakmesh.cli.balancer.BalancerPage;
import io.peakmesh.cli.balancer.BalancerTable;
import io.peakmesh.cli.proxy.AdminPlace;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.cli.terminal.Output;
import io.peakmesh.cli.terminal.Table;
import io.peakmesh.model.WorkloadName;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh diagnostics}: what a running control plane knows and what its proxies hold. */
@Command(
        name = "diagnostics",
        aliases = "dg",
        description = "Asks a running control plane what it knows and what its proxies hold.",
        synopsisSubcommandLabel = "COMMAND")
final class DiagnosticsCommand {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ControlPlaneAddress controlPlane = new ControlPlaneAddress();

    /** Whose balancer is asked. */
    static final class OfProxy {
        @Option(
                names = "--proxy",
                paramLabel = "NAMESPACE/POD",
                description = "As this workload's proxy sees them: cost, share, penalties.")
        private @Nullable String proxy;

        @Option(
                names = "--admin",
                paramLabel = "HOST:PORT",
                converter = HostPort.Converter.class,
                description = "The same, by the address of that proxy's admin interface.")
        private @Nullable HostPort admin;
    }

    @Command(
            description = {
                "Lists the endpoints of one service, or of all: as the control plane knows them, or"
                        + " as one proxy's balancer does."
            })
    int endpoints(
            @Parameters(arity = "0..1", paramLabel = "NAMESPACE/SERVICE") @Nullable String service,
            @ArgGroup @Nullable OfProxy of,
            @Mixin Output output) {
        return of == null ? known(service, output) : balanced(service, of, output);
    }

    private int balanced(@Nullable String service, OfProxy of, Output output) {
        JsonNode page =
                of.admin != null
                        ? BalancerPage.read(of.admin, "")
                        : BalancerPage.read(adminOf("" + of.proxy), "" + of.proxy);
        JsonNode shown = service == null ? page : BalancerTable.ofService(page, service);
        print(output, shown, BalancerTable.of(shown, output.json() ? Map.of() : pods()));
        return 0;
    }

    private HostPort adminOf(String proxy) {
        try {
            return AdminPlace.find(controlPlane.state(), WorkloadName.parse(proxy));
        } catch (IllegalArgumentException wrong) {
            throw new CliException("--proxy: " + wrong.getMessage(), wrong);
        }
    }

    /** Whose an IP address is; unknown without a control plane, which the page does not need. */
    private Map<String, String> pods() {
        Map<String, String> pods = new HashMap<>();
        try {
            for (JsonNode workload : ask("/workloads")) {
                for (JsonNode address : workload.path("addresses")) {
                    String name = workload.path("workload").asText();
                    pods.put(address.asText(), name.substring(name.indexOf('/') + 1));
                }
            }
        } catch (CliException noControlPlane) {
            pods.clear();
        }
        return pods;
    }

    private int known(@Nullable String service, Output output) {
        JsonNode rows = ask("/endpoints?service=" + encoded(service));
        Table table =
                new Table(
                        "NAMESPACE",
                        "IP",
                        "PORT",
                        "POD",
                        "SERVICE",
                        "HEALTH",
                        "MESHED",
                        "IDENTITY");
        for (JsonNode row : rows) {
            table.row(
                    row.path("namespace").asText(),
                    row.path("ip").asText(),
                    row.path("port").asText(),
                    row.path("pod").asText(),
                    row.path("service").asText(),
                    row.path("health").asText(),
                    row.path("meshed").asBoolean() ? "√" : "-",
                    row.path("identity").asText());
        }
        print(output, rows, table);
        return 0;
    }

    @Command(description = "Lists who may call whom: all, one namespace, or one workload.")
    int policy(
            @Parameters(arity = "0..1", paramLabel = "NAMESPACE[/POD]") @Nullable String scope,
            @Mixin Output output) {
        JsonNode answer = ask("/policy?scope=" + encoded(scope));
        Table modes = new Table("NAMESPACE", "ACCESS", "UNMESHED_CALLERS");
        for (JsonNode mode : answer.path("namespaces")) {
            modes.row(
                    mode.path("namespace").asText(),
                    mode.path("access").asText(),
                    mode.path("unmeshedCallers").asText());
        }
        Table targets = new Table("TARGET", "SOURCE", "DESTINATION", "INSTANCES", "ALLOWS");
        for (JsonNode row : answer.path("targets")) {
            targets.row(
                    row.path("target").asText(),
                    row.path("source").asText(),
                    row.path("destination").asText(),
                    row.path("instances").asText(),
                    row.path("allows").asText());
        }
        if (!output.json()) {
            modes.lines().forEach(out()::println);
            out().println();
        }
        print(output, answer, targets);
        return 0;
    }

    @Command(description = "Lists the connected proxies, or what one of them holds.")
    int config(
            @Parameters(arity = "0..1", paramLabel = "NAMESPACE/POD") @Nullable String workload,
            @Mixin Output output) {
        JsonNode proxies = ask("/proxies?workload=" + encoded(workload));
        Table table =
                workload == null
                        ? new Table(
                                "PROXY",
                                "ENVOY",
                                "BALANCER",
                                "SINCE",
                                "TYPE",
                                "HELD",
                                "SETTLED",
                                "NACKS",
                                "LAST_NACK")
                        : new Table("TYPE", "NAME", "VERSION", "STATE");
        for (JsonNode proxy : proxies) {
            for (JsonNode type : proxy.path("types")) {
                if (workload == null) {
                    table.row(
                            proxy.path("workload").asText(),
                            proxy.path("envoy").asText(),
                            proxy.path("balancer").asText(),
                            proxy.path("since").asText(),
                            type.path("type").asText(),
                            type.path("held").asText(),
                            type.path("settled").asBoolean() ? "√" : "×",
                            type.path("nacks").asText(),
                            type.path("lastNack").asText());
                } else {
                    for (JsonNode resource : type.path("resources")) {
                        table.row(
                                type.path("type").asText(),
                                resource.path("name").asText(),
                                resource.path("version").asText(),
                                resource.path("state").asText());
                    }
                }
            }
        }
        print(output, proxies, table);
        return 0;
    }

    @Command(description = "Lists every object that was refused or remarked on, and why.")
    int problems(@Mixin Output output) {
        JsonNode rows = ask("/problems");
        Table table = new Table("SEVERITY", "OBJECT", "FIELD", "REASON");
        for (JsonNode row : rows) {
            table.row(
                    row.path("severity").asText(),
                    row.path("object").asText(),
                    row.path("field").asText(),
                    row.path("reason").asText());
        }
        print(output, rows, table);
        return 0;
    }

    private JsonNode ask(String path) {
        return controlPlane.get(path);
    }

    private static String encoded(@Nullable String value) {
        return value == null ? "" : URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private void print(Output output, JsonNode answer, Table table) {
        if (output.json()) {
            out().println(answer.toPrettyString());
        } else {
            table.lines().forEach(out()::println);
        }
        out().flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
