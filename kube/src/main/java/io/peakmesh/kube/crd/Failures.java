package io.peakmesh.kube.crd;

import java.io.IOException;
import java.util.List;

/** Several failures of one pass as one. */
final class Failures {
    private Failures() {}

    /** The first one, whose message tells of the others. */
    static IOException together(List<IOException> failures) {
        if (failures.size() == 1) {
            return failures.getFirst();
        }
        StringBuilder text = new StringBuilder();
        for (IOException failure : failures) {
            text.append(text.isEmpty() ? "" : " | ").append(failure.getMessage());
        }
        return new IOException(text.toString(), failures.getFirst());
    }
}
