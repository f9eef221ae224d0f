package io.peakmesh.xds.translator;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.envoyproxy.envoy.config.route.v3.VirtualHost;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.ServiceName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.MeshView.Read;
import io.peakmesh.xds.translator.MeshView.Table;
import io.peakmesh.xds.translator.envoy.EnvoyTranslator;
import io.peakmesh.xds.translator.wire.Wire;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EnvoyTranslatorTest {
    private static final WorkloadName WEB = new WorkloadName("shop", "web-1");

    private final Translator translator = new EnvoyTranslator();

    @Test
    void onlyWhatDiffersIsNotShared() {
        assertThat(scope(XdsType.VIRTUAL_HOST, "outbound/catalog:80"))
                .isEqualTo(new Scope.OfNamespace("shop"));
        assertThat(scope(XdsType.VIRTUAL_HOST, "outbound/catalog.shop"))
                .isEqualTo(new Scope.Shared());
        assertThat(scope(XdsType.VIRTUAL_HOST, "outbound/10.0.0.1:80"))
                .isEqualTo(new Scope.Shared());
        assertThat(scope(XdsType.VIRTUAL_HOST, "outbound/[fd00::1]")).isEqualTo(new Scope.Shared());
        assertThat(scope(XdsType.CLUSTER, "svc|shop/catalog|80")).isEqualTo(new Scope.Shared());
        assertThat(scope(XdsType.CLUSTER, "inbound|80")).isEqualTo(new Scope.OfWorkload(WEB));
        assertThat(scope(XdsType.LISTENER, "outbound")).isEqualTo(new Scope.OfWorkload(WEB));
        assertThat(scope(XdsType.ROUTE, "inbound|80")).isEqualTo(new Scope.OfWorkload(WEB));
        assertThat(scope(XdsType.ROUTE, "outbound")).isEqualTo(new Scope.Shared());
        String overflow = translator.overflow(XdsType.VIRTUAL_HOST).orElseThrow();
        assertThat(scope(XdsType.VIRTUAL_HOST, overflow)).isEqualTo(new Scope.OfWorkload(WEB));
    }

    @Test
    void theModuleIsPartOfTheKeyOnlyWhereItMakesADifference() {
        Asker asker = new Asker(WEB, "", true);
        for (String name : new String[] {"svc|a/b|80", "dst|10.0.0.1:80", "tcp|10.0.0.1:80"}) {
            assertThat(translator.key(XdsType.CLUSTER, name, asker).peakEwma()).as(name).isTrue();
        }
        assertThat(translator.key(XdsType.LISTENER, "outbound", asker).peakEwma()).isTrue();
        assertThat(translator.key(XdsType.LISTENER, "inbound", asker).peakEwma()).isFalse();
        assertThat(translator.key(XdsType.CLUSTER, "inbound|80", asker).peakEwma()).isFalse();
        assertThat(translator.key(XdsType.CLUSTER, "passthrough", asker).peakEwma()).isFalse();
        assertThat(translator.key(XdsType.ENDPOINT, "svc|a/b|80", asker).peakEwma()).isFalse();
        assertThat(translator.key(XdsType.ROUTE, "outbound", asker).peakEwma()).isFalse();
    }

    @Test
    void onlyEndpointsDependOnTheZone() {
        Asker asker = new Asker(WEB, "a", false);
        assertThat(translator.key(XdsType.ENDPOINT, "svc|a/b|80", asker).scope())
                .isEqualTo(new Scope.OfZone("a"));
        assertThat(translator.key(XdsType.CLUSTER, "svc|a/b|80", asker).scope())
                .isEqualTo(new Scope.Shared());
    }

    @Test
    void theCatchAllCannotBeAskedForAsAHost() {
        String overflow = translator.overflow(XdsType.VIRTUAL_HOST).orElseThrow();
        assertThat(overflow).contains("|");
        assertThat(
                        translate(
                                XdsType.VIRTUAL_HOST,
                                "outbound/*",
                                new MeshView(MeshYaml.read(Yaml.parse("{}")))))
                .isEmpty();
    }

    @Test
    void aServiceThatComesLaterIsADependencyOfTheNameThatMissedIt() {
        Mesh before = MeshYaml.read(Yaml.parse("{}"));
        MeshView view = new MeshView(before);
        String name = "outbound/catalog.shop.svc.cluster.local";

        assertThat(text(translate(XdsType.VIRTUAL_HOST, name, view)))
                .contains("no service catalog in namespace shop");
        assertThat(view.reads())
                .contains(new Read(Table.SERVICE, new ServiceName("shop", "catalog")));

        Mesh after = MeshYaml.read(Yaml.parse("services: {shop/catalog: {ports: [80]}}"));
        assertThat(text(translate(XdsType.VIRTUAL_HOST, name, new MeshView(after))))
                .contains("svc|shop/catalog|80");
    }

    @Test
    void aResourceReadsNothingThatItDoesNotNeed() {
        Mesh mesh =
                MeshYaml.read(
                        Yaml.parse(
                                """
                                services: {shop/catalog: {ports: [80]}, shop/other: {ports: [80]}}
                                """));
        MeshView view = new MeshView(mesh);
        assertThat(translate(XdsType.VIRTUAL_HOST, "outbound/catalog", view)).isPresent();
        assertThat(view.reads())
                .containsExactlyInAnyOrder(
                        new Read(Table.SERVICE, new ServiceName("shop", "catalog")),
                        new Read(Table.SPLITS, new ServiceName("shop", "catalog")));
    }

    @Test
    void theSameMeshGivesTheSameBytes() {
        String yaml =
                """
                namespaces: {shop: {access: ENFORCING, unmeshed: DENY}}
                workloads:
                  shop/web-1: {account: shop/web, addresses: [10.0.0.1], proxy: redirect, ports: [80]}
                targets:
                - {name: shop/b, destination: shop/web, sources: [a/a, b/b], grants: [{kind: tcp}]}
                - {name: shop/a, destination: shop/web, sources: [c/c], grants: [{kind: tcp}]}
                """;
        Mesh one = MeshYaml.read(Yaml.parse(yaml));
        Mesh two = MeshYaml.read(Yaml.parse(yaml));
        assertThat(Wire.any(inbound(one)).toByteString())
                .isEqualTo(Wire.any(inbound(two)).toByteString());
    }

    @Test
    void everyProxyIsGivenOneVirtualHostAtLeast() {
        Mesh mesh = MeshYaml.read(Yaml.parse("{}"));
        for (String name : translator.always(XdsType.VIRTUAL_HOST, WEB, new MeshView(mesh))) {
            VirtualHost host =
                    (VirtualHost)
                            translate(XdsType.VIRTUAL_HOST, name, new MeshView(mesh)).orElseThrow();
            assertThat(host.getDomainsList()).singleElement().asString().endsWith(".invalid");
        }
        assertThat(translator.always(XdsType.VIRTUAL_HOST, WEB, new MeshView(mesh))).hasSize(1);
    }

    private Message inbound(Mesh mesh) {
        return translate(XdsType.LISTENER, "inbound", new MeshView(mesh)).orElseThrow();
    }

    private Optional<Message> translate(XdsType type, String name, MeshView view) {
        return translator.translate(new ResourceKey(type, name, scope(type, name)), view);
    }

    private Scope scope(XdsType type, String name) {
        return translator.key(type, name, Asker.stock(WEB)).scope();
    }

    private static String text(Optional<Message> message) {
        return message.map(Anys::json).orElse("");
    }
}
