package io.peakmesh.peakewma.module;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeakEwmaModuleTest {
    /** Where an ELF file says what machine it is for: x86-64 is 62, 64-bit Arm is 183. */
    private static final int ELF_MACHINE = 18;

    @ParameterizedTest
    @CsvSource({"amd64,62", "x86_64,62", "aarch64,183", "arm64,183"})
    void carriesAnElfLibraryForEachLinuxMachine(String arch, int machine) {
        byte[] library = PeakEwmaModule.forMachine("Linux", arch).orElseThrow().bytes();

        assertThat(library).startsWith(0x7F, 'E', 'L', 'F');
        assertThat(Byte.toUnsignedInt(library[ELF_MACHINE])).isEqualTo(machine);
    }

    @ParameterizedTest
    @CsvSource({"Mac OS X,aarch64", "Windows 11,amd64", "Linux,riscv64", "Linux,''"})
    void hasNoneForOtherMachines(String os, String arch) {
        assertThat(PeakEwmaModule.forMachine(os, arch)).isEmpty();
    }

    @Test
    void replacesTheFileInAFolderForAllToReadAndExecute(@TempDir Path dir) throws Exception {
        PeakEwmaModule module = PeakEwmaModule.forMachine("Linux", "amd64").orElseThrow();
        Files.writeString(dir.resolve(PeakEwmaModule.FILE), "older");

        module.copyTo(dir);

        Path file = dir.resolve(PeakEwmaModule.FILE);
        assertThat(file).hasBinaryContent(module.bytes());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rwxr-xr-x");
        assertThat(dir).isDirectoryNotContaining("glob:**.next");
    }

    @Test
    void knowsItsOwnFileFromOneThatIsCutShortChangedOrMissing(@TempDir Path dir) throws Exception {
        PeakEwmaModule module = PeakEwmaModule.forMachine("Linux", "amd64").orElseThrow();
        Path file = dir.resolve(PeakEwmaModule.FILE);
        assertThat(module.isIn(dir)).isFalse();

        module.copyTo(dir);
        assertThat(module.isIn(dir)).isTrue();

        byte[] bytes = module.bytes();
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(module.isIn(dir)).isFalse();

        Files.write(file, Arrays.copyOf(module.bytes(), bytes.length / 2));
        assertThat(module.isIn(dir)).isFalse();
    }

    @Test
    void tellsLibrariesApartByHash() {
        String intel = PeakEwmaModule.forMachine("Linux", "amd64").orElseThrow().sha256();
        String arm = PeakEwmaModule.forMachine("Linux", "aarch64").orElseThrow().sha256();

        assertThat(intel).matches("[0-9a-f]{64}").isNotEqualTo(arm);
    }
}
