package io.peakmesh.smi.convert;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CustomResourceDefinitions of the SMI APIs, as the folder {@code charts/crds} has them. */
public final class Crds {
    private static final List<String> FILES =
            List.of(
                    "traffictargets.yaml",
                    "httproutegroups.yaml",
                    "tcproutes.yaml",
                    "udproutes.yaml",
                    "trafficsplits.yaml");

    private Crds() {}

    /**
     * One YAML document each. Where the API server reaches the conversion webhook (its
     * certificate's authority, its service) is for the one who installs them to fill in.
     */
    public static List<String> yaml() {
        return FILES.stream().map(Crds::text).toList();
    }

    private static String text(String file) {
        try (InputStream in = Crds.class.getResourceAsStream("/io/peakmesh/smi/crds/" + file)) {
            if (in == null) {
                throw new IllegalStateException("not packed: " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }
}
