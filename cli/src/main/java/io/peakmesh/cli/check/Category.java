package io.peakmesh.cli.check;

import java.util.List;

/**
 * Checks that belong together.
 *
 * @param name as Linkerd's {@code check} writes them, for example {@code peakmesh-data-plane}
 */
record Category(String name, List<Check> checks) {
    Category {
        checks = List.copyOf(checks);
    }
}
