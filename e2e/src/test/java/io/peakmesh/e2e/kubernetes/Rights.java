package io.peakmesh.e2e.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;

/** Service accounts as users of the API server, with the rights that are given to them here. */
final class Rights {
    /** What docs/kubernetes.md says that a control plane needs, and nothing else. */
    static final String CONTROL_PLANE =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: control-plane, namespace: peakmesh}
            rules:
            - {apiGroups: [""], resources: [secrets], resourceNames: [peakmesh-ca], verbs: [get, update]}
            - {apiGroups: [""], resources: [secrets], verbs: [create]}
            - {apiGroups: [coordination.k8s.io], resources: [leases], resourceNames: [peakmesh-leader], verbs: [get, update]}
            - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [create]}
            - {apiGroups: [""], resources: [configmaps], verbs: [list, create, patch, delete]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: control-plane, namespace: peakmesh}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: control-plane}
            subjects: [{kind: ServiceAccount, name: control-plane, namespace: peakmesh}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: peakmesh-control-plane, namespace: kube-system}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: extension-apiserver-authentication-reader}
            subjects: [{kind: ServiceAccount, name: control-plane, namespace: peakmesh}]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: peakmesh-control-plane}
            rules:
            - {apiGroups: [""], resources: [namespaces, nodes, services, pods], verbs: [list, watch]}
            - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [list, watch]}
            - apiGroups: [access.smi-spec.io, specs.smi-spec.io, split.smi-spec.io]
              resources: ["*"]
              verbs: [list, watch, get, patch]
            - {apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create]}
            - {apiGroups: [events.k8s.io], resources: [events], verbs: [create, patch]}
            - {apiGroups: [""], resources: [configmaps], verbs: [list, create]}
            - {apiGroups: [""], resources: [configmaps], resourceNames: [peakmesh-roots], verbs: [patch, delete]}
            - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions, customresourcedefinitions/status], verbs: [get, create, patch]}
            - {apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations, mutatingwebhookconfigurations], verbs: [get, create, patch]}
            - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [get, create, patch]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: peakmesh-control-plane}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: peakmesh-control-plane}
            subjects: [{kind: ServiceAccount, name: control-plane, namespace: peakmesh}]
            """;

    /** May ask the control plane everything that it answers. */
    static final String READER =
            """
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: mesh-reader}
            rules:
            - {apiGroups: [diagnostics.peakmesh.io], resources: ["*"], verbs: [list]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: mesh-reader}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: mesh-reader}
            subjects: [{kind: ServiceAccount, name: reader, namespace: default}]
            """;

    private Rights() {}

    /** The kubeconfig of a service account, which is made, without rights of its own. */
    static Path kubeconfig(Cluster cluster, String namespace, String account) {
        cluster.kubectl("create", "serviceaccount", account, "-n", namespace).orThrow();
        String token = cluster.kubectl("create", "token", account, "-n", namespace).orThrow().out();
        return kubeconfigWith(cluster, account, token.strip());
    }

    /** A kubeconfig with this token. */
    static Path kubeconfigWith(Cluster cluster, String name, String token) {
        try {
            byte[] ca = Files.readAllBytes(cluster.dir().resolve("pki/ca.crt"));
            return Files.writeString(
                    cluster.dir().resolve(name + ".kubeconfig"),
                    """
                    apiVersion: v1
                    kind: Config
                    clusters:
                    - {name: test, cluster: {server: "%s", certificate-authority-data: %s}}
                    users:
                    - {name: account, user: {token: "%s"}}
                    contexts:
                    - {name: test, context: {cluster: test, user: account}}
                    current-context: test
                    """
                            .formatted(
                                    Cluster.SERVER, Base64.getEncoder().encodeToString(ca), token));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
