package io.peakmesh.cli.proxy;

import java.nio.file.Path;

/** Which Peak-EWMA module a proxy is to use. */
public sealed interface ModuleChoice {
    /** The one that this command carries for the machine that it runs on. */
    record Packed() implements ModuleChoice {}

    /** A library of the user's. */
    record Library(Path file) implements ModuleChoice {}

    /** None: the proxy balances by least-request. */
    record None() implements ModuleChoice {}
}
