package io.peakmesh.cli.proxy;

import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.peakewma.module.PeakEwmaModule;
import io.peakmesh.xds.translator.bootstrap.Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts the Peak-EWMA module beside an Envoy and tries it there once, since an Envoy that is told to
 * load a module that it cannot load does not start.
 */
public final class ModulePlace {
    private final Path folder;
    private final Path envoy;

    /**
     * A place for one Envoy's module.
     *
     * @param folder of its own, for the library alone; made if absent
     */
    public ModulePlace(Path folder, Path envoy) {
        this.folder = folder;
        this.envoy = envoy;
    }

    /**
     * Places the chosen library and tries it.
     *
     * @throws CliException if the user's own library cannot be read
     */
    public Module bring(ModuleChoice choice) throws IOException {
        return switch (choice) {
            case ModuleChoice.Packed packed ->
                    packed(System.getProperty("os.name"), System.getProperty("os.arch"));
            case ModuleChoice.Library(Path file) -> of(file);
            case ModuleChoice.None none -> new Module.Absent("switched off with --module none");
        };
    }

    /** The one in the jar for such a machine, as Java names its system and its processor. */
    Module packed(String os, String arch) throws IOException {
        Optional<PeakEwmaModule> packed = PeakEwmaModule.forMachine(os, arch);
        if (packed.isEmpty()) {
            return new Module.Absent("no module for " + (os + " " + arch).toLowerCase(Locale.ROOT));
        }
        packed.get().copyTo(Files.createDirectories(folder));
        return tried();
    }

    private Module of(Path file) throws IOException {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new CliException(
                    "--module: "
                            + file
                            + " is no file that can be read; name the library, or none, or leave"
                            + " the option out for the one that this command carries");
        }
        Path library = Files.createDirectories(folder).resolve(PeakEwmaModule.FILE);
        Files.copy(file, library, StandardCopyOption.REPLACE_EXISTING);
        Files.setPosixFilePermissions(library, PosixFilePermissions.fromString("rwxr-xr-x"));
        return tried();
    }

    private Module tried() throws IOException {
        Optional<String> whyNot = new ModuleTrial(folder, envoy).fails();
        return whyNot.isPresent()
                ? new Module.Absent(whyNot.get())
                : new Module.Placed(PeakEwmaModule.MARKER);
    }
}
