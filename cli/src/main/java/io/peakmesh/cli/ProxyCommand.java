package io.peakmesh.cli;

import io.peakmesh.cli.proxy.EnvoyBinary;
import io.peakmesh.cli.proxy.ModuleChoice;
import io.peakmesh.cli.proxy.ProxyRun;
import io.peakmesh.cli.proxy.ProxySpec;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.TrustDomain;
import io.peakmesh.model.WorkloadName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/** {@code mesh proxy}: runs Envoy as one workload's sidecar until it is told to end. */
@Command(
        name = "proxy",
        description = {
            "Runs a real Envoy as the sidecar of one workload: writes its bootstrap, starts it, and"
                    + " passes signals on.",
            "It proves itself with the token file that the control plane keeps for the workload in"
                    + " its state folder, or with a copy of it (--token-dir, --roots)."
        })
final class ProxyCommand implements Callable<Integer> {
    @Option(
            names = "--workload",
            required = true,
            paramLabel = "NAMESPACE/POD",
            description = "Whose sidecar to be.")
    private String workload = "";

    @Option(
            names = "--xds",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:15010",
            converter = HostPort.Converter.class,
            description = "The control plane (default: ${DEFAULT-VALUE}).")
    private HostPort xds = new HostPort("127.0.0.1", 15010);

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".peakmesh",
            description = "The control plane's state folder (default: ${DEFAULT-VALUE}).")
    private Path state = Path.of(".peakmesh");

    @Option(
            names = "--token-dir",
            paramLabel = "DIR",
            description = "Folder with the file 'token' (default: the state folder's).")
    private @Nullable Path tokenDir;

    @Option(
            names = "--roots",
            paramLabel = "FILE",
            description = "The trust bundle (default: roots.pem in the state folder).")
    private @Nullable Path roots;

    @Option(
            names = "--trust-domain",
            paramLabel = "NAME",
            defaultValue = "cluster.local",
            description = "As the control plane has it (default: ${DEFAULT-VALUE}).")
    private String trustDomain = "cluster.local";

    @Option(
            names = "--admin",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:15000",
            converter = HostPort.Converter.class,
            description = "Envoy's admin interface, on loopback (default: ${DEFAULT-VALUE}).")
    private HostPort admin = new HostPort("127.0.0.1", 15000);

    @Option(
            names = "--zone",
            paramLabel = "ZONE",
            defaultValue = "",
            description = "Where it runs.")
    private String zone = "";

    @Option(
            names = "--module",
            paramLabel = "FILE|none",
            converter = ModuleConverter.class,
            description = {
                "The Peak-EWMA module (default: the one that this command carries). Envoy tries it"
                        + " once; without it, or with none, the proxy balances by least-request."
            })
    private ModuleChoice module = new ModuleChoice.Packed();

    /** Reads a file's name, or the word none. */
    private static final class ModuleConverter implements ITypeConverter<ModuleChoice> {
        @Override
        public ModuleChoice convert(String text) {
            return text.equals("none")
                    ? new ModuleChoice.None()
                    : new ModuleChoice.Library(Path.of(text));
        }
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path envoy = EnvoyBinary.find();
        WorkloadName name = name();
        Path token =
                tokenDir == null
                        ? state.resolve("tokens").resolve(name.namespace()).resolve(name.name())
                        : tokenDir;
        Path bundle = roots == null ? state.resolve("roots.pem") : roots;
        if (!Files.isDirectory(token)) {
            throw new CliException(
                    "no token for "
                            + name
                            + " in "
                            + token
                            + "; the control plane writes one for every Pod with the annotation"
                            + " peakmesh.io/proxy: see what it knows with: mesh diagnostics problems");
        }
        if (!Files.isReadable(bundle)) {
            throw new CliException(
                    "the trust bundle " + bundle + " cannot be read; name it with --roots");
        }
        return ProxyRun.untilItEnds(
                envoy,
                new ProxySpec(
                        name,
                        xds.host(),
                        xds.port(),
                        new TrustDomain(trustDomain),
                        bundle,
                        token,
                        Files.createTempDirectory("mesh-proxy-"),
                        admin.host(),
                        admin.port(),
                        zone,
                        module),
                state);
    }

    private WorkloadName name() {
        try {
            return WorkloadName.parse(workload);
        } catch (IllegalArgumentException wrong) {
            throw new CliException("--workload: " + wrong.getMessage(), wrong);
        }
    }
}
