package io.peakmesh.xds.translator.name;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuthorityTest {
    @Test
    void hostIsLowerCaseWithoutItsTrailingDotAndThePortIs80WhereNoneIsNamed() {
        assertThat(Authority.parse("Catalog.Shop.svc.cluster.local.:8080"))
                .contains(
                        new Authority(
                                "catalog.shop.svc.cluster.local.:8080",
                                "catalog.shop.svc.cluster.local",
                                8080,
                                false));
        assertThat(Authority.parse("catalog"))
                .contains(new Authority("catalog", "catalog", 80, false));
    }

    @Test
    void addressesAreToldFromNames() {
        assertThat(Authority.parse("[FD00::7]"))
                .contains(new Authority("[fd00::7]", "fd00::7", 80, true));
        assertThat(Authority.parse("10.0.0.7:81"))
                .contains(new Authority("10.0.0.7:81", "10.0.0.7", 81, true));
        assertThat(Authority.parse("10.0.0.256").map(Authority::ip)).contains(false);
    }

    @Test
    void aWildcardIsNoAuthoritySoThatNobodyInstallsACatchAll() {
        assertThat(Authority.parse("*")).isEmpty();
        assertThat(Authority.parse("*.example.com")).isEmpty();
        assertThat(Authority.parse("example.*")).isEmpty();
    }

    @Test
    void overlongNamesAndStrangeBytesAreNoAuthority() {
        assertThat(Authority.parse("a".repeat(271))).isEmpty();
        assertThat(Authority.parse("a b")).isEmpty();
        assertThat(Authority.parse("a/b")).isEmpty();
        assertThat(Authority.parse("|overflow")).isEmpty();
        assertThat(Authority.parse("")).isEmpty();
    }

    @Test
    void onlyDnsNamesAreDnsNames() {
        assertThat(Authority.parse("my_db.example.com").orElseThrow().dnsName()).isTrue();
        assertThat(Authority.parse("-x.example.com").orElseThrow().dnsName()).isFalse();
        assertThat(Authority.parse("a..b").orElseThrow().dnsName()).isFalse();
        assertThat(Authority.parse("a".repeat(64)).orElseThrow().dnsName()).isFalse();
        assertThat(Authority.parse("user@host").orElseThrow().dnsName()).isFalse();
    }
}
