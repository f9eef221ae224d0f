package io.peakmesh.smi.status;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Invalid.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The events that tell an object's author what changed for better or worse. Nothing is said of what
 * was said before; of an object that is met for the first time, its written status tells that, so
 * that a new leader does not repeat the old one.
 */
public final class Notices {
    private Notices() {}

    /**
     * A warning for each cause of new problems (remarks without a cause of their own are left to
     * the status), and a normal event when a refused object is accepted.
     *
     * @param before the judgement that was told of last, of this object or of another by its name
     */
    public static List<Notice> between(Optional<Judgement> before, Judgement now) {
        Optional<Judgement> earlier = before.filter(b -> b.uid().equals(now.uid()));
        Optional<Condition> written = Conditions.find(now.written(), Condition.ACCEPTED);
        if (earlier.isEmpty() && written.filter(told(now)::saysTheSameAs).isPresent()) {
            return List.of();
        }
        List<Invalid> known = earlier.map(Judgement::problems).orElse(List.of());
        Map<Cause, List<Invalid>> news = new LinkedHashMap<>();
        for (Invalid problem : now.problems()) {
            boolean remark =
                    problem.severity() == Severity.WARNING && problem.cause() == Cause.INVALID;
            if (!remark && !known.contains(problem)) {
                news.computeIfAbsent(problem.cause(), cause -> new ArrayList<>()).add(problem);
            }
        }
        List<Notice> notices = new ArrayList<>();
        boolean wasRefused =
                earlier.map(b -> !b.accepted())
                        .orElse(written.filter(c -> c.status().equals("False")).isPresent());
        if (now.accepted() && wasRefused) {
            notices.add(notice(now, false, Condition.ACCEPTED, "is accepted now and in force"));
        }
        news.forEach((cause, problems) ->
                notices.add(notice(now, true, cause.reason(), Wording.joined(problems))));
        return List.copyOf(notices);
    }

    /** A warning when proxies refuse what they had not refused before. */
    public static List<Notice> refused(Judgement judgement, Programmed before, Programmed now) {
        List<String> news =
                now.refusals().stream().filter(r -> !before.refusals().contains(r)).toList();
        return news.isEmpty()
                ? List.of()
                : List.of(
                        notice(
                                judgement,
                                true,
                                "Refused",
                                Wording.cut("refused by " + String.join("; ", news))));
    }

    private static Condition told(Judgement judgement) {
        return Conditions.accepted(judgement, Instant.EPOCH);
    }

    private static Notice notice(
            Judgement judgement, boolean warning, String reason, String message) {
        return new Notice(
                judgement.object(),
                judgement.apiVersion(),
                judgement.uid(),
                warning,
                reason,
                message);
    }
}
