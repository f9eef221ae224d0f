package io.peakmesh.smi.object;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Cause;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.model.ObjectRef;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what is wrong with one object, at most {@value #MAX_PROBLEMS} lines of it, so that one
 * bad object cannot drown the others.
 */
public final class Report {
    public static final int MAX_PROBLEMS = 20;

    private final ObjectRef where;
    private final List<Invalid> sink;
    private int reported;
    private int errors;

    public Report(ObjectRef where, List<Invalid> sink) {
        this.where = where;
        this.sink = sink;
    }

    public ObjectRef where() {
        return where;
    }

    /** How many errors there were, listed or not. */
    public int errors() {
        return errors;
    }

    /** A report of which nobody hears, for what follows from a mistake that is reported. */
    Report muted() {
        Report muted = new Report(where, new ArrayList<>());
        muted.errors = 1;
        return muted;
    }

    public void error(String path, String reason) {
        errors++;
        add(Invalid.error(where, path, reason));
    }

    public void warning(String path, String reason) {
        add(Invalid.warning(where, path, reason));
    }

    public void warning(Cause cause, String path, String reason) {
        add(new Invalid(Severity.WARNING, where, path, reason, cause));
    }

    private void add(Invalid invalid) {
        reported++;
        if (reported < MAX_PROBLEMS) {
            sink.add(invalid);
        } else if (reported == MAX_PROBLEMS) {
            sink.add(
                    new Invalid(
                            invalid.severity(),
                            where,
                            "",
                            "has more problems than are listed: mend these first"));
        }
    }
}
