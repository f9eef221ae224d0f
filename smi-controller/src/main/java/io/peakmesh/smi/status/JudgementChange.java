package io.peakmesh.smi.status;

import io.peakmesh.smi.object.ObjectKey;

/** What became other of the judgements. */
public sealed interface JudgementChange {
    /** The object is new, or is judged otherwise now, or its written status changed. */
    record Judged(Judgement judgement) implements JudgementChange {}

    /** The object is deleted. */
    record Gone(ObjectKey object) implements JudgementChange {}
}
