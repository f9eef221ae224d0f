package io.peakmesh.cli.install;

import io.peakmesh.kube.installed.Part;
import io.peakmesh.kube.survey.ValuesText;
import java.io.Console;
import java.io.PrintWriter;
import java.util.List;

/** Manifests on standard output, and what people should know on standard error. */
final class Manifests {
    private static final String SEPARATOR = "---\n";

    private Manifests() {}

    static void print(List<String> documents, PrintWriter out) {
        for (String document : documents) {
            out.print(SEPARATOR);
            out.print(document.endsWith("\n") ? document : document + "\n");
        }
        out.flush();
    }

    /** So much of an object as {@code kubectl delete} asks for. */
    static String toDelete(Part part) {
        return "apiVersion: "
                + part.apiVersion()
                + "\nkind: "
                + part.kind()
                + "\nmetadata:\n  name: "
                + part.name()
                + "\n"
                + (part.namespace().isEmpty() ? "" : "  namespace: " + part.namespace() + "\n");
    }

    static Part part(String document) {
        var tree = ValuesText.read(document);
        return new Part(
                tree.path("apiVersion").asText(""),
                tree.path("kind").asText(""),
                tree.path("metadata").path("namespace").asText(""),
                tree.path("metadata").path("name").asText(""));
    }

    /** Says what to do with the output where it is read by a person, not by kubectl. */
    @SuppressWarnings("SystemConsoleNull") // NullAway's view of the JDK says that it may be null
    static void hint(PrintWriter err, String hint) {
        Console console = System.console();
        if (console != null && console.isTerminal()) {
            err.println("# " + hint);
            err.flush();
        }
    }
}
