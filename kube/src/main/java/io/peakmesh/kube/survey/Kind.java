package io.peakmesh.kube.survey;

/** The kinds that are asked about, and where the API server has them. */
public enum Kind {
    NAMESPACE("", "v1", "namespaces", false),
    NODE("", "v1", "nodes", false),
    POD("", "v1", "pods", true),
    SERVICE("", "v1", "services", true),
    SERVICE_ACCOUNT("", "v1", "serviceaccounts", true),
    CONFIG_MAP("", "v1", "configmaps", true),
    SECRET("", "v1", "secrets", true),
    DEPLOYMENT("apps", "v1", "deployments", true),
    LEASE("coordination.k8s.io", "v1", "leases", true),
    DISRUPTION_BUDGET("policy", "v1", "poddisruptionbudgets", true),
    NETWORK_POLICY("networking.k8s.io", "v1", "networkpolicies", true),
    ROLE("rbac.authorization.k8s.io", "v1", "roles", true),
    ROLE_BINDING("rbac.authorization.k8s.io", "v1", "rolebindings", true),
    CLUSTER_ROLE("rbac.authorization.k8s.io", "v1", "clusterroles", false),
    CLUSTER_ROLE_BINDING("rbac.authorization.k8s.io", "v1", "clusterrolebindings", false),
    DEFINITION("apiextensions.k8s.io", "v1", "customresourcedefinitions", false),
    MUTATING_WEBHOOK("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", false),
    VALIDATING_WEBHOOK(
            "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", false),
    API_SERVICE("apiregistration.k8s.io", "v1", "apiservices", false);

    private final String group;
    private final String version;
    private final String plural;
    private final boolean namespaced;

    Kind(String group, String version, String plural, boolean namespaced) {
        this.group = group;
        this.version = version;
        this.plural = plural;
        this.namespaced = namespaced;
    }

    /** Empty for the core's. */
    public String group() {
        return group;
    }

    public String plural() {
        return plural;
    }

    public boolean namespaced() {
        return namespaced;
    }

    /** As kubectl takes it. */
    public String word() {
        return plural + (group.isEmpty() ? "" : "." + group);
    }

    /** The path of all objects of one namespace, or of all where that is empty. */
    public String path(String namespace) {
        return (group.isEmpty() ? "/api/" : "/apis/" + group + "/")
                + version
                + (namespaced && !namespace.isEmpty() ? "/namespaces/" + namespace : "")
                + "/"
                + plural;
    }

    /** The path of one object. */
    public String path(String namespace, String name) {
        return path(namespace) + "/" + name;
    }
}
