package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.kube.connect.ApiException;
import io.peakmesh.kube.survey.Kind;
import io.peakmesh.kube.survey.Right;
import io.peakmesh.kube.survey.Survey;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster as one run of the checks sees it. What cannot be asked is a CliException that says
 * which command shows why.
 */
final class View {
    /** What all objects of an installation are labelled with. */
    static final String OURS = "app.kubernetes.io/part-of=peakmesh";

    private static final int FORBIDDEN = 403;
    private static final int UNAUTHORIZED = 401;

    private final Survey survey;
    private final Commands commands;
    private @Nullable List<PodFacts> pods;

    View(Survey survey, Commands commands) {
        this.survey = survey;
        this.commands = commands;
    }

    private interface Question<T> {
        T ask() throws IOException;
    }

    String version() {
        return asked(survey::version, "version");
    }

    Optional<Instant> clock() {
        return asked(survey::clock, "version");
    }

    Optional<JsonNode> get(Kind kind, String namespace, String name) {
        return asked(
                () -> survey.get(kind, namespace, name),
                "auth can-i get " + kind.word() + "/" + name + in(namespace));
    }

    /** What is kept of each object of a kind; {@code labels} as kubectl's {@code -l}. */
    <T> List<T> list(Kind kind, String namespace, String labels, Function<JsonNode, T> kept) {
        return asked(
                () -> {
                    List<T> all = new ArrayList<>();
                    survey.each(kind, namespace, labels, object -> all.add(kept.apply(object)));
                    return all;
                },
                "auth can-i list " + kind.word() + (namespace.isEmpty() ? " -A" : in(namespace)));
    }

    /** The names of those for which something holds. */
    List<String> names(Kind kind, String namespace, String labels, Predicate<JsonNode> wanted) {
        return list(kind, namespace, labels, one -> wanted.test(one) ? name(one) : "").stream()
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** All pods of a namespace, or of the whole cluster; the same list each time. */
    List<PodFacts> pods(String namespace) {
        List<PodFacts> known = pods;
        if (known == null) {
            known = list(Kind.POD, namespace, "", PodFacts::of);
            pods = known;
        }
        return known;
    }

    boolean may(Right right) {
        return asked(() -> survey.may(right), "auth can-i --list");
    }

    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText("");
    }

    private static String in(String namespace) {
        return namespace.isEmpty() ? "" : " -n " + namespace;
    }

    private <T> T asked(Question<T> question, String shows) {
        try {
            return question.ask();
        } catch (ApiException refused) {
            String next =
                    switch (refused.status()) {
                        case FORBIDDEN -> shows;
                        case UNAUTHORIZED -> "auth whoami";
                        default -> "get --raw /readyz?verbose";
                    };
            throw new CliException(plain(refused) + "; " + commands.kubectl(next), refused);
        } catch (IOException away) {
            throw new CliException(
                    "the cluster does not answer: "
                            + plain(away)
                            + "; "
                            + commands.kubectl("cluster-info"),
                    away);
        }
    }

    /** A semicolon parts what is wrong from what to do. */
    private static String plain(IOException problem) {
        return ("" + problem.getMessage()).replace("; ", ", ");
    }
}
