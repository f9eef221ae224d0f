package io.peakmesh.injector.webhook;

import java.util.List;

/**
 * How the API server proves itself to an aggregated API: what it publishes in ConfigMap {@code
 * kube-system/extension-apiserver-authentication}. Asked at each request from many threads, so it
 * answers from memory; it reads the ConfigMap anew by its own means, every minute or so.
 */
public interface FrontProxy {
    /**
     * The newest settings.
     *
     * @throws RuntimeException when they cannot be had; the request is then refused
     */
    Settings current();

    /**
     * Keys of the ConfigMap.
     *
     * @param clientCaPem {@code requestheader-client-ca-file}: one or more certificates; while it
     *     is empty nobody is believed
     * @param allowedNames {@code requestheader-allowed-names}: common names, or DNS names; empty
     *     for any
     * @param userHeaders {@code requestheader-username-headers}; the first that is there counts
     * @param groupHeaders {@code requestheader-group-headers}
     */
    record Settings(
            String clientCaPem,
            List<String> allowedNames,
            List<String> userHeaders,
            List<String> groupHeaders) {
        public Settings {
            allowedNames = List.copyOf(allowedNames);
            userHeaders = List.copyOf(userHeaders);
            groupHeaders = List.copyOf(groupHeaders);
        }
    }
}
