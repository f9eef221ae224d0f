package io.peakmesh.cli.proxy;

import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.bootstrap.ModuleProbe;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One try of an Envoy to load the module of a folder: about 60 ms for one that works. */
final class ModuleTrial {
    /** What Envoy reads to know where modules lie. */
    static final String SEARCH_PATH = "ENVOY_DYNAMIC_MODULES_SEARCH_PATH";

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A shell's and the JVM's way to say by which signal a process ended. */
    private static final int BY_SIGNAL = 128;

    private static final int MAX_REASON = 200;

    /** The dynamic linker's own words, behind the library's path. */
    private static final Pattern NOT_LOADED =
            Pattern.compile("Unable to load dynamic module \\S+: (.+)");

    private static final Pattern REFUSED =
            Pattern.compile("\\[critical].*error initializing configuration '[^']*': (.+)");

    private final Path folder;
    private final Path envoy;
    private final Duration patience;

    ModuleTrial(Path folder, Path envoy) {
        this(folder, envoy, PATIENCE);
    }

    ModuleTrial(Path folder, Path envoy, Duration patience) {
        this.folder = folder;
        this.envoy = envoy;
        this.patience = patience;
    }

    /** Why Envoy cannot use the module, in one line; empty if it can. */
    Optional<String> fails() throws IOException {
        Path config = folder.resolve("probe.yaml");
        Path log = folder.resolve("probe.log");
        Files.writeString(config, ModuleProbe.config());
        try {
            List<String> command = new ArrayList<>(List.of(envoy.toString()));
            command.addAll(ModuleProbe.envoyArguments(config.toAbsolutePath().toString()));
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile());
            builder.environment().put(SEARCH_PATH, folder.toAbsolutePath().toString());
            Process process = builder.start();
            if (!ended(process)) {
                return Optional.of(
                        envoyName()
                                + " did not finish loading it within "
                                + patience.toMillis()
                                + " ms");
            }
            return process.exitValue() == 0
                    ? Optional.empty()
                    : Optional.of(reason(process.exitValue(), Files.readString(log)));
        } finally {
            Files.deleteIfExists(config);
            Files.deleteIfExists(log);
        }
    }

    /** Whether it ended by itself; it has ended in any case. */
    private boolean ended(Process process) throws IOException {
        try {
            return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while the module was tried");
        } finally {
            Processes.kill(process);
        }
    }

    private String reason(int code, String said) throws IOException {
        if (code > BY_SIGNAL) {
            return envoyName() + " crashes when it loads it (signal " + (code - BY_SIGNAL) + ")";
        }
        if (said.contains("could not find @type")) {
            return envoyName() + " is too old to balance by a module: 1.38.0 is the first that can";
        }
        Matcher notLoaded = NOT_LOADED.matcher(said);
        if (notLoaded.find()) {
            return PeakEwmaModule.FILE + " cannot be loaded: " + plain(notLoaded.group(1));
        }
        Matcher refused = REFUSED.matcher(said);
        return envoyName()
                + " cannot use it: "
                + (refused.find() ? plain(refused.group(1)) : "it ended with code " + code);
    }

    private String envoyName() throws IOException {
        return "Envoy " + EnvoyBinary.version(envoy).orElse("of an unknown version");
    }

    /** Without the folder, which is of no use to those who read it elsewhere, and not too long. */
    private String plain(String text) {
        String file = folder.toAbsolutePath().resolve(PeakEwmaModule.FILE).toString();
        String plain = text.replace(file + ": ", "").replace(file, PeakEwmaModule.FILE).strip();
        return plain.length() <= MAX_REASON ? plain : plain.substring(0, MAX_REASON) + "…";
    }
}
