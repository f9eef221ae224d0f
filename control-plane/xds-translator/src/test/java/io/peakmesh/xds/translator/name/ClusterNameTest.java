package io.peakmesh.xds.translator.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.model.ServiceName;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNameTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "svc|shop/catalog|8080",
                "local|shop/db|5432",
                "grpc|shop/catalog|9090",
                "dst|10.0.0.7:8080",
                "dst|[fd00::7]:8080",
                "dst|[::]:1",
                "tcp|[2001:db8:0:1::]:65535",
                "tcp|[::ffff:10.0.0.1]:80",
                "dns|example.com",
                "dns|example.com:8443",
                "inbound|8080",
                "passthrough",
                "undeclared"
            })
    void whatIsReadIsWrittenTheSame(String text) {
        assertThat(ClusterName.parse(text)).map(ClusterName::text).contains(text);
    }

    @Test
    void theAuthorityInADnsNameMayComeInAnyCase() {
        assertThat(ClusterName.parse("dns|Example.com:80"))
                .map(ClusterName::text)
                .contains("dns|example.com:80");
    }

    @Test
    void partsAreReadBack() {
        assertThat(ClusterName.parse("svc|shop/catalog|8080"))
                .contains(new ClusterName.Svc(new ServiceName("shop", "catalog"), 8080));
        assertThat(ClusterName.parse("tcp|[fd00::7]:25"))
                .contains(new ClusterName.Tcp("fd00::7", 25));
    }

    @Test
    void anAddressHasOneWrittenFormOnly() {
        assertThat(ClusterName.parse("dst|[fd00:0:0:0:0:0:0:7]:80")).isEmpty();
        assertThat(ClusterName.parse("dst|[FD00::7]:80")).isEmpty();
        assertThat(ClusterName.parse("dst|fd00::7:80")).isEmpty();
        assertThat(ClusterName.parse("dst|10.0.0.01:80")).isEmpty();
        assertThat(ClusterName.parse("dst|[fe80::1%eth0]:80")).isEmpty();
    }

    @Test
    void junkIsNeverAnError() {
        long seed = 20261123;
        Random random = new Random(seed);
        String alphabet = "svcdtpnl|/:[].0189afx*% \u00e9";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            if (random.nextBoolean()) {
                text.append("dst|");
            }
            int length = random.nextInt(20);
            for (int c = 0; c < length; c++) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            assertThat(ClusterName.parse(text.toString()))
                    .as("seed %d, name %s", seed, text)
                    .matches(n ->
                            n.stream().allMatch(r -> r.text().equalsIgnoreCase(text.toString())));
        }
    }
}
