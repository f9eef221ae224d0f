package io.peakmesh.smi.status;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.model.ObjectRef;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.ObjectKey;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Short ways to write judgements of one split, in generation 4. */
final class Judgements {
    private static final ObjectRef WHERE = new ObjectRef("TrafficSplit", "shop", "cart", "");

    private Judgements() {}

    static Judgement accepted(Invalid... problems) {
        return judgement(true, "uid-1", List.of(), problems);
    }

    static Judgement refused(Invalid... problems) {
        return judgement(false, "uid-1", List.of(), problems);
    }

    static Judgement judgement(
            boolean accepted, String uid, List<Condition> written, Invalid... problems) {
        return new Judgement(
                new ObjectKey("TrafficSplit", "shop", "cart"),
                "split.smi-spec.io/v1alpha4",
                uid,
                4,
                accepted,
                List.of(problems),
                new TreeSet<>(Set.of(new ServiceName("shop", "cart"))),
                new TreeSet<>(),
                written);
    }

    static Judgement withWritten(Judgement judgement, List<Condition> written) {
        return new Judgement(
                judgement.object(),
                judgement.apiVersion(),
                judgement.uid(),
                judgement.generation(),
                judgement.accepted(),
                judgement.problems(),
                judgement.services(),
                judgement.accounts(),
                written);
    }

    static Invalid remark(Cause cause, String field, String reason) {
        return new Invalid(Severity.WARNING, WHERE, field, reason, cause);
    }

    static Invalid error(String field, String reason) {
        return Invalid.error(WHERE, field, reason);
    }
}
