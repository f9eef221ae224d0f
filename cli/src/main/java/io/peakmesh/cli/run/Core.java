package io.peakmesh.cli.run;

import io.peakmesh.cli.admin.AdminServer;
import io.peakmesh.model.Mesh;
import io.peakmesh.xds.server.XdsServer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The part of a control plane that is the same in every home.
 *
 * @param mesh the newest one
 * @param routes what can be asked of it, {@code METHOD /path} → who answers
 */
public record Core(
        XdsServer server,
        Identity identity,
        Supplier<Mesh> mesh,
        Map<String, AdminServer.Handler> routes) {
    public Core {
        routes = Map.copyOf(new TreeMap<>(routes));
    }
}
