package io.peakmesh.cli.run;

import io.peakmesh.cli.terminal.HostPort;
import io.peakmesh.model.Settings;
import java.time.Duration;
import java.util.Optional;

/**
 * What can be set in every home, read once from the command line.
 *
 * @param health where {@code /livez}, {@code /readyz} and {@code /metrics} are answered, if
 *     anywhere
 */
public record ControlPlaneOptions(
        HostPort xds, Optional<HostPort> health, Settings settings, Duration leafTtl) {}
