package io.peakmesh.smi.status;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.ObjectKey;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What became of one SMI object.
 *
 * @param object which one
 * @param apiVersion in which it was read, as in {@code split.smi-spec.io/v1alpha4}
 * @param uid of the object, empty where it has none
 * @param generation that was judged, 0 where the object does not count them
 * @param accepted whether this version of it is in force; if not, an earlier one may be
 * @param problems of this object alone, errors and remarks
 * @param services whose callers' routes follow from the version that is in force; empty where none
 *     is
 * @param accounts whose workloads' inbound rules follow from it, likewise
 * @param written the conditions that its status has now
 */
public record Judgement(
        ObjectKey object,
        String apiVersion,
        String uid,
        long generation,
        boolean accepted,
        List<Invalid> problems,
        SortedSet<ServiceName> services,
        SortedSet<ServiceAccountName> accounts,
        List<Condition> written) {
    public Judgement {
        problems = List.copyOf(problems);
        services = Collections.unmodifiableSortedSet(new TreeSet<>(services));
        accounts = Collections.unmodifiableSortedSet(new TreeSet<>(accounts));
        written = List.copyOf(written);
    }
}
