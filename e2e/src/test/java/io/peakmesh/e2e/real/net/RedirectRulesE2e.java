package io.peakmesh.e2e.real.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The script that sets an injected pod's redirect up. */
class RedirectRulesE2e {
    private static final Network NETWORK = new Network(RandomGenerator.getDefault());
    private static Host host;

    @BeforeAll
    static void plug() {
        host = NETWORK.host("pod", "198.51.100.71");
        host.run(List.of("ip", "route", "add", "default", "via", "198.51.100.1"));
    }

    @AfterAll
    static void end() {
        NETWORK.close();
    }

    private static String rules() {
        return host.run(List.of("nft", "list", "ruleset"));
    }

    @Test
    void runTwiceItLeavesTheSameRules() {
        String[] arguments = {"--skip-inbound-ports", "15021", "--skip-outbound-ports", "25"};
        host.redirect(2102, arguments);
        String once = rules();
        host.redirect(2102, arguments);

        assertThat(rules()).isEqualTo(once).contains("redirect to :15001", "tcp dport 25 return");
    }

    @Test
    void theGatewayMayProbeAsTheNodeMay() {
        host.redirect(2102, "--probe-ports", "8080", "--node-addresses", "192.0.2.7,2001:db8::7");

        assertThat(rules())
                .contains("ip saddr 192.0.2.7 tcp dport 8080 return")
                .contains("ip6 saddr 2001:db8::7 tcp dport 8080 return")
                .contains("ip saddr 198.51.100.1 tcp dport 8080 return");
    }

    @ParameterizedTest
    @CsvSource({
        "--skip-inbound-ports,70000",
        "--skip-outbound-ports,20-10",
        "--probe-ports,http",
        "--skip-outbound-cidrs,10.0.0.0/33",
        "--skip-outbound-cidrs,10.0.300.0/24",
        "--node-addresses,10.0.0.0/8",
        "--node-addresses,node;reboot",
        "--nonsense,1"
    })
    void aBadArgumentIsNamedAndChangesNothing(String argument, String value) {
        host.redirect(2102);
        String before = rules();

        assertThatThrownBy(() -> host.redirect(2102, argument, value))
                .hasMessageContaining("peakmesh-redirect: " + argument);
        assertThat(rules()).isEqualTo(before);
    }

    @Test
    void withoutTheCapabilityItSaysWhichOneItNeeds() {
        assertThatThrownBy(() ->
                        host.run(
                                List.of(
                                        "setpriv",
                                        "--bounding-set",
                                        "-net_admin",
                                        "--inh-caps",
                                        "-net_admin",
                                        "--",
                                        Host.REDIRECT,
                                        "--uid",
                                        "2102")))
                .hasMessageContaining("needs the capability NET_ADMIN");
    }
}
