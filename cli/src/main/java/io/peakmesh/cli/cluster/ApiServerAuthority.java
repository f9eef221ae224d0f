package io.peakmesh.cli.cluster;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.peakmesh.injector.webhook.FrontProxy;
import io.peakmesh.kube.trust.FrontProxyAuthority;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How the API server proves itself, from memory; read anew once a minute. */
final class ApiServerAuthority implements FrontProxy {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServerAuthority.class);

    private final FrontProxyAuthority source;
    private volatile @Nullable Settings settings;
    private volatile String trouble = "";

    ApiServerAuthority(KubernetesClient client) {
        this.source = new FrontProxyAuthority(client);
    }

    @Override
    public Settings current() {
        Settings now = settings;
        if (now == null) {
            throw new IllegalStateException("not known how the API server proves itself");
        }
        return now;
    }

    /** Reads it anew; what was read before stays in force if that fails. */
    void refresh() {
        String now = "";
        try {
            FrontProxyAuthority.Published published = source.fetch();
            settings =
                    new Settings(
                            published.clientCaPem(),
                            published.allowedNames(),
                            published.userHeaders(),
                            published.groupHeaders());
        } catch (IOException e) {
            now = "" + e.getMessage();
            if (!now.equals(trouble)) {
                LOG.warn("diagnostics are not answered to new API servers: cause=\"{}\"", now);
            }
        }
        trouble = now;
    }
}
