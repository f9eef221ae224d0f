package io.peakmesh.cli.run;

import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Settings;
import java.nio.file.Path;
import java.time.Duration;

/** All that can be set, read once from the command line. */
public record ControlPlaneOptions(
        Path source,
        Path state,
        HostPort xds,
        Settings settings,
        Duration leafTtl,
        Duration tokenTtl) {}
