package io.peakmesh.injector.patch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hooks in a real shell, with a list of sockets written by hand. */
final class HooksTest {
    private static final String HEAD =
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
    private static final String READY = line("0100000A:3AAD", "0A", 2102);
    private static final String APP = line("00000000:1F90", "0A", 1000);
    private static final String CALL = line("0100000A:9C40", "01", 0);
    private static final String PEER = line("0100000A:3C4B", "01", 2102);

    @TempDir private Path folder = Path.of("");

    @Test
    void isReadyOnceThePortOfReadinessListens() throws Exception {
        assertThat(run(Hooks.untilReady(1), APP + READY)).isZero();
        assertThat(run(Hooks.untilReady(1), APP)).isEqualTo(1);
    }

    @Test
    void takesAConnectionToThatPortForNoReadiness() throws Exception {
        assertThat(run(Hooks.untilReady(1), line("0100000A:3AAD", "01", 0))).isEqualTo(1);
    }

    @Test
    void endsAtOnceWhenOnlyTheProxyIsLeft() throws Exception {
        String endless = Hooks.untilTheAppEnds(600);
        assertThat(run(endless, READY + PEER)).isZero();
    }

    @Test
    void waitsWhileTheAppListensOrIsConnected() throws Exception {
        String told = Hooks.untilTheAppEnds(1).replace("sleep 1", "echo waited");
        assertThat(said(told, READY + APP)).contains("waited");
        assertThat(said(told, READY + CALL)).contains("waited");
        assertThat(said(told, READY)).doesNotContain("waited");
    }

    private static String line(String local, String state, int uid) {
        return "   0: %s 00000000:0000 %s 00000000:00000000 00:00000000 00000000 %5d 0 1 1\n"
                .formatted(local, state, uid);
    }

    private Process start(String script, String sockets) throws IOException {
        Path file = folder.resolve("tcp");
        Files.writeString(file, HEAD + sockets);
        return new ProcessBuilder("/bin/sh", "-c", script.replace("/proc/net", folder.toString()))
                .redirectErrorStream(true)
                .start();
    }

    private int run(String script, String sockets) throws IOException, InterruptedException {
        return start(script, sockets).waitFor();
    }

    private String said(String script, String sockets) throws IOException {
        return new String(
                start(script, sockets).getInputStream().readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8);
    }
}
