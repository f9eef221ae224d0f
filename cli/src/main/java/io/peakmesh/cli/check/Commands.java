package io.peakmesh.cli.check;

import java.nio.file.Path;

/** The commands that a user is told to run next, ready to be typed. */
record Commands(Path state) {
    /** Where every command looks unless it is told otherwise. */
    static final Path DEFAULT_STATE = Path.of(".peakmesh");

    /** {@code mesh …} for this state folder. */
    String mesh(String words) {
        return "mesh " + words + (state.equals(DEFAULT_STATE) ? "" : " --state " + state);
    }
}
