package io.peakmesh.kube.reader;

import java.util.Optional;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Says in one line, for people who write manifests, what the YAML parser says for its authors. */
final class Wording {
    private Wording() {}

    static Unparsable of(YamlEngineException problem, int skippedLines) {
        if (problem instanceof MarkedYamlEngineException marked) {
            Optional<Mark> mark = marked.getProblemMark().or(marked::getContextMark);
            int line = mark.map(Mark::getLine).orElse(0) + skippedLines + 1;
            return Unparsable.at(line, mark.map(Mark::getColumn).orElse(0) + 1, reworded(marked));
        }
        if (problem instanceof ReaderException reader) {
            String point = String.format("U+%04X", reader.getCodePoint());
            return Unparsable.whole(
                    "the document from line "
                            + (skippedLines + 1)
                            + " holds character "
                            + point
                            + ", which YAML does not allow: remove it");
        }
        return Unparsable.whole(
                "the document from line "
                        + (skippedLines + 1)
                        + " is not YAML: "
                        + String.valueOf(problem.getMessage()));
    }

    private static String reworded(MarkedYamlEngineException problem) {
        String said = String.valueOf(problem.getProblem());
        if (said.contains("TAB")) {
            return "a tab stands where only spaces may: indent with spaces";
        }
        if (said.contains("mapping values are not allowed")) {
            return "a ':' where no field can begin: check the indentation, or quote the text";
        }
        if (said.contains("could not find expected ':'")) {
            return "a field without ':' after its name, before this line: check the indentation";
        }
        if (said.contains("<block end>")) {
            return "the indentation does not fit the lines above: align it";
        }
        if (said.contains("expected ',' or")) {
            return "a '[' or '{' before this is not closed, or a ',' is missing";
        }
        if (said.contains("unexpected end of stream")) {
            return "the text ends inside quotes: close them";
        }
        if (said.contains("<stream end>") || said.contains("<document start>")) {
            return "the text goes on where the document should end: check the indentation";
        }
        String context = problem.getContext() == null ? "" : problem.getContext() + ": ";
        return "not YAML: " + context + said;
    }
}
