package io.peakmesh.cli.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.cli.run.Meshes;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenFilesTest {
    private static final Duration TTL = Duration.ofHours(1);
    private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

    @TempDir private Path state = Path.of("");
    private final List<String> minted = new ArrayList<>();
    private TokenFiles files;
    private Mesh both;

    @BeforeEach
    void twoPods() throws IOException {
        files = new TokenFiles(state, TTL, this::mint);
        both =
                Meshes.of(
                        Meshes.pod("web-1", "u1", "10.0.0.1", "web"),
                        Meshes.pod("cart-1", "u2", "10.0.0.2", "cart"),
                        Meshes.pod("bare-1", "u3", "10.0.0.3", "bare", "none"));
    }

    private String mint(Workload workload, Duration ttl, Instant now) {
        if (workload.serviceAccount().name().equals("unusable")) {
            throw new IllegalArgumentException("too long for a certificate");
        }
        minted.add(workload.name().name());
        return workload.uid() + " until " + now.plus(ttl);
    }

    private Path folder(String pod) {
        return state.resolve("tokens").resolve("shop").resolve(pod);
    }

    private Path token(String pod) {
        return folder(pod).resolve("token");
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void everyMeshedWorkloadGetsOneThatOnlyItsOwnerCanRead() throws IOException {
        files.bring(both, START);

        assertThat(token("web-1")).hasContent("u1 until 2026-01-31T13:00:00Z");
        assertThat(token("cart-1")).hasContent("u2 until 2026-01-31T13:00:00Z");
        assertThat(token("bare-1")).doesNotExist();
        assertThat(mode(token("web-1"))).isEqualTo("rw-------");
        assertThat(mode(folder("web-1"))).isEqualTo("rwx------");
        assertThat(mode(state.resolve("tokens"))).isEqualTo("rwx------");
        try (var beside = Files.list(folder("web-1"))) {
            assertThat(beside).containsExactly(token("web-1"));
        }
    }

    @Test
    void aTokenIsRenewedAtHalfOfItsLifeAndNotBefore() throws IOException {
        files.bring(both, START);
        files.bring(both, START.plus(TTL.dividedBy(2)).minusMillis(1));
        assertThat(minted).hasSize(2);

        files.bring(both, START.plus(TTL.dividedBy(2)));

        assertThat(minted).hasSize(4);
        assertThat(token("web-1")).hasContent("u1 until 2026-01-31T13:30:00Z");
        assertThat(mode(token("web-1"))).isEqualTo("rw-------");
    }

    @Test
    void aTokenGoesWithItsWorkloadAndWithItsMeshing() throws IOException {
        files.bring(both, START);
        files.bring(Meshes.of(Meshes.pod("cart-1", "u2", "10.0.0.2", "cart", "none")), START);

        assertThat(folder("web-1")).doesNotExist();
        assertThat(folder("cart-1")).doesNotExist();
        assertThat(minted).hasSize(2);
    }

    @Test
    void aPodMadeAgainUnderTheSameNameGetsATokenOfItsOwn() throws IOException {
        files.bring(both, START);
        Mesh again =
                Meshes.of(
                        Meshes.pod("web-1", "u9", "10.0.0.1", "web"),
                        Meshes.pod("cart-1", "u2", "10.0.0.2", "cart"));
        files.bring(again, START.plusSeconds(1));

        assertThat(token("web-1")).hasContent("u9 until 2026-01-31T13:00:01Z");
        assertThat(token("cart-1")).hasContent("u2 until 2026-01-31T13:00:00Z");
        assertThat(minted).hasSize(3);
    }

    @Test
    void anIdentityThatCannotStandInACertificateStopsNoOther() throws IOException {
        Mesh mesh =
                Meshes.of(
                        Meshes.pod("aa-1", "u0", "10.0.0.9", "unusable"),
                        Meshes.pod("web-1", "u1", "10.0.0.1", "web"));
        files.bring(mesh, START);

        assertThat(token("aa-1")).doesNotExist();
        assertThat(token("web-1")).exists();
    }

    @Test
    void aPodMadeAgainWithAnIdentityThatCannotBeUsedKeepsNoTokenOfItsForerunner()
            throws IOException {
        files.bring(Meshes.of(Meshes.pod("web-1", "u1", "10.0.0.1", "web")), START);
        files.bring(Meshes.of(Meshes.pod("web-1", "u2", "10.0.0.1", "unusable")), START);

        assertThat(token("web-1")).doesNotExist();
    }

    @Test
    void aTokenOfAPodThatWentWhileNobodyLookedIsRemovedAtTheNextStart() throws IOException {
        files.bring(both, START);
        Mesh later = Meshes.of(Meshes.pod("cart-1", "u2", "10.0.0.2", "cart"));

        new TokenFiles(state, TTL, this::mint).bring(later, START.plusSeconds(5));

        assertThat(folder("web-1")).doesNotExist();
        assertThat(token("cart-1")).hasContent("u2 until 2026-01-31T13:00:05Z");
    }

    @Test
    void whatAnInterruptedWriteLeftDoesNotStopTheNextOne() throws IOException {
        files.bring(both, START);
        Files.writeString(token("web-1").resolveSibling(".token"), "half");

        files.bring(both, START.plus(TTL));
        assertThat(token("web-1")).hasContent("u1 until 2026-01-31T14:00:00Z");

        Files.writeString(token("web-1").resolveSibling(".token"), "half");
        files.bring(Mesh.empty(both.settings()), START.plus(TTL));
        assertThat(folder("web-1")).doesNotExist();
    }
}
