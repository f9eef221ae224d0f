package io.peakmesh.smi.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpTextTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1",
        "127.0.0.2, 127.0.0.2",
        "FD00:0000:0:0:0:0:0:1, fd00::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3",
        "1::, 1::",
        "::1, ::1",
        "::ffff:10.0.0.1, 10.0.0.1",
        "64:ff9b::1.2.3.4, 64:ff9b::102:304"
    })
    void givesOneTextForOneAddress(String text, String canonical) {
        assertThat(IpText.canonical(text)).contains(canonical);
        assertThat(IpText.canonical(canonical)).contains(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "None", "localhost", "example.com", "10.0.0", "010.0.0.1", "10.0.0.256", "1",
                "fe80::1%eth0", "[::1]", "::", "0.0.0.0", "224.0.0.1", "ff02::1", "1:2:3", ":",
                "1::2::3"
            })
    void refusesWhatIsNoAddressOfAHost(String text) {
        assertThat(IpText.canonical(text)).isEmpty();
    }
}
