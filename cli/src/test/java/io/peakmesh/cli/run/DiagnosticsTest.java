package io.peakmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.model.Mesh;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiagnosticsTest {
    private static final String POLICY =
            """
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, annotations: {peakmesh.io/access: enforcing}}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: HTTPRouteGroup
            metadata: {name: pages, namespace: shop}
            spec:
              matches:
              - {name: read, pathRegex: "/pages/.*", methods: [GET, HEAD]}
              - {name: beta, headers: {x-beta: "yes"}}
            ---
            apiVersion: specs.smi-spec.io/v1alpha4
            kind: TCPRoute
            metadata: {name: ports, namespace: shop}
            spec: {matches: {ports: [5432, 6432]}}
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: reads, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: page}
              sources: [{kind: ServiceAccount, name: web}, {kind: Group, name: "system:authenticated"}]
              rules: [{kind: HTTPRouteGroup, name: pages}]
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: stores, namespace: shop}
            spec:
              destination: {kind: ServiceAccount, name: db}
              sources: [{kind: ServiceAccount, name: page}, {kind: Group, name: "system:unauthenticated"}]
              rules: [{kind: TCPRoute, name: ports}]
            ---
            apiVersion: access.smi-spec.io/v1alpha3
            kind: TrafficTarget
            metadata: {name: dangles, namespace: books}
            spec:
              destination: {kind: ServiceAccount, name: shelf}
              sources: [{kind: ServiceAccount, name: page, namespace: shop}]
              rules: [{kind: TCPRoute, name: ghost}]
            """;

    private static Mesh mesh() throws IOException {
        return Meshes.of(
                Meshes.service("page"),
                Meshes.service("db"),
                Meshes.pod("page-1", "u1", "10.0.0.11", "page"),
                Meshes.pod("page-2", "u2", "10.0.0.12", "page"),
                Meshes.pod("db-1", "u3", "10.0.0.13", "db", "none"),
                POLICY);
    }

    private static Map<String, Object> row(List<?> rows, String key, String value) {
        for (Object row : rows) {
            if (row instanceof Map<?, ?> map && value.equals(map.get(key))) {
                @SuppressWarnings("unchecked") // rows are made with names for keys
                Map<String, Object> found = (Map<String, Object>) map;
                return found;
            }
        }
        throw new AssertionError("no row with " + key + " " + value + " in " + rows);
    }

    private static List<?> part(Map<String, Object> answer, String name) {
        return answer.get(name) instanceof List<?> list ? list : List.of();
    }

    @Test
    void endpointsAreListedWithWhoStandsBehindThem() throws IOException {
        List<Map<String, Object>> rows = Diagnostics.endpoints(mesh(), "");

        assertThat(rows).hasSize(3);
        assertThat(row(rows, "pod", "page-1"))
                .containsEntry("namespace", "shop")
                .containsEntry("ip", "10.0.0.11")
                .containsEntry("port", 8080)
                .containsEntry("service", "page.shop:80")
                .containsEntry("health", "ready")
                .containsEntry("meshed", true)
                .containsEntry("identity", "shop/page");
        assertThat(row(rows, "pod", "db-1"))
                .containsEntry("meshed", false)
                .containsEntry("identity", "-");
    }

    @Test
    void endpointsOfOneServiceAreItsOwn() throws IOException {
        assertThat(Diagnostics.endpoints(mesh(), "shop/page"))
                .extracting(row -> row.get("pod"))
                .containsExactly("page-1", "page-2");
    }

    @Test
    void anUnknownServiceIsRefusedWithAWayOn() throws IOException {
        Mesh mesh = mesh();

        assertThatThrownBy(() -> Diagnostics.endpoints(mesh, "shop/none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no service shop/none; see all: mesh diagnostics endpoints");
        assertThatThrownBy(() -> Diagnostics.endpoints(mesh, "page"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("page");
    }

    @Test
    void policyOfAllNamespacesSaysWhoMayDoWhat() throws IOException {
        Map<String, Object> answer = Diagnostics.policy(mesh(), "");

        assertThat(part(answer, "namespaces")).hasSize(1);
        assertThat(row(part(answer, "namespaces"), "namespace", "shop"))
                .containsEntry("access", "enforcing")
                .containsEntry("unmeshedCallers", "deny");
        List<?> targets = part(answer, "targets");
        assertThat(targets).hasSize(5);
        assertThat(row(targets, "source", "shop/web"))
                .containsEntry("target", "shop/reads")
                .containsEntry("destination", "shop/page")
                .containsEntry("instances", 2L)
                .containsEntry("allows", "GET,HEAD /pages/.* or * any path with {x-beta=yes}");
        assertThat(row(targets, "source", "any workload of the mesh"))
                .containsEntry("target", "shop/reads");
        assertThat(row(targets, "source", "anyone"))
                .containsEntry("target", "shop/stores")
                .containsEntry("allows", "TCP 5432,6432");
        assertThat(row(targets, "target", "books/dangles"))
                .containsEntry("instances", 0L)
                .containsEntry("allows", "nothing");
    }

    @Test
    void policyOfANamespaceOrAWorkloadIsWhatCountsThere() throws IOException {
        assertThat(part(Diagnostics.policy(mesh(), "shop"), "targets")).hasSize(4);
        assertThat(part(Diagnostics.policy(mesh(), "books"), "targets")).hasSize(1);
        assertThat(part(Diagnostics.policy(mesh(), "books"), "namespaces")).isEmpty();
        assertThat(part(Diagnostics.policy(mesh(), "shop/page-1"), "targets"))
                .hasSize(2)
                .allSatisfy(row ->
                        assertThat(row)
                                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                                .containsEntry("target", "shop/reads"));
    }

    @Test
    void anUnknownWorkloadIsRefusedWithAWayOn() throws IOException {
        Mesh mesh = mesh();

        assertThatThrownBy(() -> Diagnostics.policy(mesh, "shop/none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no workload shop/none; see all: mesh diagnostics endpoints");
    }

    @Test
    void problemsAreRowsOfSeverityObjectFieldAndReason() throws IOException {
        List<Map<String, Object>> rows = Diagnostics.problems(mesh());

        assertThat(rows).hasSize(1);
        assertThat(rows.getFirst())
                .containsEntry("severity", "warning")
                .containsEntry("field", "spec.rules[0]");
        assertThat(rows.getFirst().get("object"))
                .asString()
                .endsWith("TrafficTarget books/dangles");
        assertThat(rows.getFirst().get("reason")).asString().contains("'ghost' does not exist");
    }
}
