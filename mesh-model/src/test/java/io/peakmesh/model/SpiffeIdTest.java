package io.peakmesh.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SpiffeIdTest {
    private static final SpiffeId WEB =
            new SpiffeId(new TrustDomain("cluster.local"), new ServiceAccountName("shop", "web"));

    @Test
    void readsWhatItWrites() {
        assertThat(WEB.uri()).isEqualTo("spiffe://cluster.local/ns/shop/sa/web");
        assertThat(SpiffeId.parse(WEB.uri())).contains(WEB);
    }

    @Test
    void refusesAnyOtherForm() {
        assertThat(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/")).isEmpty();
        assertThat(SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web/x")).isEmpty();
        assertThat(SpiffeId.parse("https://cluster.local/ns/shop/sa/web")).isEmpty();
        assertThat(SpiffeId.parse("spiffe://Cluster.Local/ns/shop/sa/web")).isEmpty();
        assertThat(SpiffeId.parse("")).isEmpty();
    }

    @Test
    void namesAreReadAsNamespaceSlashName() {
        assertThat(ServiceName.parse("shop/web")).isEqualTo(new ServiceName("shop", "web"));
        assertThatThrownBy(() -> ServiceName.parse("web")).hasMessageContaining("namespace/name");
        assertThatThrownBy(() -> ServiceName.parse("a/b/c")).hasMessageContaining("namespace/name");
    }
}
