package io.peakmesh.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed module and real Envoy; and scripts that behave as a bad pair of them would. */
class ModulePlaceTest {
    @TempDir private Path dir = Path.of("");

    private Path folder() {
        return dir.resolve("module");
    }

    private Module brought(ModuleChoice choice) throws IOException {
        return new ModulePlace(folder(), EnvoyBinary.find()).bring(choice);
    }

    private Path script(String body) throws IOException {
        Path script = Files.writeString(dir.resolve("envoy"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** What an Envoy that ends so is said to be unfit for. */
    private String unfit(String body) throws IOException {
        Path envoy =
                script(
                        "if [ \"$1\" = --version ]; then echo ' version: abc/1.39.7/Clean/RELEASE';"
                                + " exit; fi\n"
                                + body);
        Files.createDirectories(folder());
        return new ModuleTrial(folder(), envoy, Duration.ofSeconds(60)).fails().orElse("fit");
    }

    private String library() {
        return folder().toAbsolutePath().resolve("libpeakmesh.so").toString();
    }

    @Test
    void thePackedModuleIsPlacedAndLoadedByTheRealEnvoy() throws IOException {
        assertThat(brought(new ModuleChoice.Packed())).isEqualTo(new Module.Placed("v1"));
        try (var files = Files.list(folder())) {
            assertThat(files).containsExactly(folder().resolve("libpeakmesh.so"));
        }
    }

    @Test
    void aLibraryOfTheUsersIsTriedAlike() throws IOException {
        brought(new ModuleChoice.Packed());
        Path own = Files.move(folder().resolve("libpeakmesh.so"), dir.resolve("own.so"));

        assertThat(brought(new ModuleChoice.Library(own))).isEqualTo(new Module.Placed("v1"));
        assertThat(folder().resolve("libpeakmesh.so")).hasSameBinaryContentAs(own);
    }

    @Test
    void aBrokenLibraryIsNotUsedAndTheReasonIsTheLinkersWithoutOurFolder() throws IOException {
        Path broken = Files.writeString(dir.resolve("broken.so"), "no library");

        assertThat(brought(new ModuleChoice.Library(broken)))
                .isEqualTo(new Module.Absent("libpeakmesh.so cannot be loaded: file too short"));
        try (var files = Files.list(folder())) {
            assertThat(files).containsExactly(folder().resolve("libpeakmesh.so"));
        }
    }

    @Test
    void aLibraryThatIsNotThereIsTheUsersMistake() {
        assertThatThrownBy(() -> brought(new ModuleChoice.Library(dir.resolve("none.so"))))
                .isInstanceOf(CliException.class)
                .hasMessageStartingWith("--module: " + dir.resolve("none.so") + " is no file")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void withNoneNothingIsPlaced() throws IOException {
        assertThat(brought(new ModuleChoice.None()))
                .isEqualTo(new Module.Absent("switched off with --module none"));
        assertThat(folder()).doesNotExist();
    }

    @Test
    void aMachineWithoutAModuleOfItsOwnIsNamed() throws IOException {
        ModulePlace place = new ModulePlace(folder(), script("exit 0"));

        assertThat(place.packed("Mac OS X", "aarch64"))
                .isEqualTo(new Module.Absent("no module for mac os x aarch64"));
        assertThat(folder()).doesNotExist();
    }

    @Test
    void envoyFindsTheLibraryThroughItsEnvironment() throws IOException {
        assertThat(
                        unfit(
                                "test \"$ENVOY_DYNAMIC_MODULES_SEARCH_PATH\" = '"
                                        + folder().toAbsolutePath()
                                        + "' && test -f \"$4\""))
                .isEqualTo("fit");
    }

    @Test
    void anEnvoyWithoutModulePoliciesIsNamedWithItsVersion() throws IOException {
        assertThat(
                        unfit(
                                "echo \"[critical][main] error initializing configuration 'x': Unable"
                                        + " to parse JSON as proto (INVALID_ARGUMENT: could not find"
                                        + " @type 'type.googleapis.com/envoy')\"; exit 1"))
                .isEqualTo(
                        "Envoy 1.39.7 is too old to balance by a module: 1.38.0 is the first that"
                                + " can");
    }

    @Test
    void whatEnvoyDoesNotTakeIsToldInItsOwnWords() throws IOException {
        assertThat(
                        unfit(
                                "echo \"[1][critical][main] [x.cc:76] error initializing"
                                        + " configuration 'p.yaml': Failed to initialize dynamic"
                                        + " module: "
                                        + library()
                                        + "\"; exit 1"))
                .isEqualTo(
                        "Envoy 1.39.7 cannot use it: Failed to initialize dynamic module:"
                                + " libpeakmesh.so");
        assertThat(unfit("echo bye; exit 3"))
                .isEqualTo("Envoy 1.39.7 cannot use it: it ended with code 3");
        assertThat(
                        unfit(
                                "echo \"[1][critical][main] error initializing configuration 'p':"
                                        + " $(printf '%0999d' 7)\"; exit 1"))
                .hasSizeLessThan(240)
                .endsWith("0…");
    }

    @Test
    void aLibraryThatCrashesEnvoyIsNotUsed() throws IOException {
        assertThat(unfit("kill -s SEGV $$"))
                .isEqualTo("Envoy 1.39.7 crashes when it loads it (signal 11)");
    }

    @Test
    void aLibraryThatHangsEnvoyIsNotUsedAndTheTryIsEnded() throws IOException {
        Files.createDirectories(folder());
        Path envoy =
                script(
                        "if [ \"$1\" = --version ]; then exit; fi\n"
                                + "echo $$ >'"
                                + dir.resolve("pid")
                                + "'\nexec sleep 600");

        assertThat(new ModuleTrial(folder(), envoy, Duration.ofSeconds(2)).fails())
                .hasValue("Envoy of an unknown version did not finish loading it within 2000 ms");
        long pid = Long.parseLong(Files.readString(dir.resolve("pid")).strip());
        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
    }
}
