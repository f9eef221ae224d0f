package io.peakmesh.cli.cluster;

import io.peakmesh.kube.progress.ReplicaProgress.Entry;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Condition;
import io.peakmesh.smi.status.Conditions;
import io.peakmesh.smi.status.Judgement;
import io.peakmesh.smi.status.JudgementChange;
import io.peakmesh.smi.status.Notice;
import io.peakmesh.smi.status.Notices;
import io.peakmesh.smi.status.Programmed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which status has to be written, and which events are to be told. A status is due when it differs
 * from what the object says, or from what was written since; one of which only the count of proxies
 * moves is due at most every {@link #PATIENCE}. For one thread.
 */
final class StatusBook {
    /** How often the count of proxies in one object's status may be written. */
    static final Duration PATIENCE = Duration.ofSeconds(3);

    /** How far objects have come in the data plane. */
    interface Progress {
        /** Asks for all of these at once. */
        Function<Judgement, Programmed> of(List<Judgement> asked);
    }

    /** A status to write. */
    record Due(Judgement judgement, List<Condition> conditions) {}

    private static final class Page {
        Judgement judgement;
        @Nullable Judgement told;
        @Nullable Programmed toldProgress;
        List<Condition> wrote = List.of();
        Instant wroteAt = Instant.MIN;

        Page(Judgement judgement) {
            this.judgement = judgement;
        }
    }

    private final Map<ObjectKey, Page> pages = new HashMap<>();
    private final TreeSet<ObjectKey> open = new TreeSet<>();

    /** Takes what the index found. */
    void take(List<JudgementChange> changes) {
        for (JudgementChange change : changes) {
            switch (change) {
                case JudgementChange.Judged(Judgement now) -> {
                    Page page = pages.computeIfAbsent(now.object(), k -> new Page(now));
                    page.judgement = now;
                    open.add(now.object());
                }
                case JudgementChange.Gone(ObjectKey key) -> {
                    pages.remove(key);
                    open.remove(key);
                }
            }
        }
    }

    /** How far proxies are has changed somewhere: every object that is in force is looked at. */
    void progressMoved() {
        pages.forEach((key, page) -> {
            if (page.judgement.accepted()) {
                open.add(key);
            }
        });
    }

    /** Another one has led meanwhile, so nothing is known of what was written. */
    void elected() {
        pages.values()
                .forEach(page -> {
                    page.wrote = List.of();
                    page.wroteAt = Instant.MIN;
                    page.told = null;
                });
        open.addAll(pages.keySet());
    }

    /**
     * What is due now; the rest stays open.
     *
     * @param progress is asked for objects that are in force
     * @param notices gets the events
     */
    List<Due> due(Instant now, Progress progress, List<Notice> notices) {
        if (open.isEmpty()) {
            return List.of();
        }
        List<Due> due = new ArrayList<>();
        Function<Judgement, Programmed> come = progress.of(accepted(open));
        Map<ObjectKey, Page> later = new TreeMap<>();
        for (ObjectKey key : open) {
            Page page = pages.get(key);
            if (page == null) {
                continue;
            }
            Judgement judgement = page.judgement;
            Optional<Programmed> programmed =
                    judgement.accepted() ? Optional.of(come.apply(judgement)) : Optional.empty();
            tell(page, programmed, notices);
            List<Condition> wanted = Conditions.of(judgement, programmed, now);
            List<Condition> last = page.wrote.isEmpty() ? judgement.written() : page.wrote;
            if (!Conditions.differs(last, wanted)) {
                continue;
            }
            if (onlyProgress(last, wanted) && now.isBefore(page.wroteAt.plus(PATIENCE))) {
                later.put(key, page);
                continue;
            }
            page.wrote = wanted;
            page.wroteAt = now;
            due.add(new Due(judgement, wanted));
        }
        open.clear();
        open.addAll(later.keySet());
        return due;
    }

    /** Of each object that is in force and has proxies, how far it is. */
    Map<ObjectKey, Entry> progress(Progress progress) {
        List<Judgement> accepted = accepted(pages.keySet());
        Function<Judgement, Programmed> come = progress.of(accepted);
        Map<ObjectKey, Entry> found = new HashMap<>();
        for (Judgement judgement : accepted) {
            Programmed programmed = come.apply(judgement);
            if (programmed.proxies() > 0) {
                found.put(judgement.object(), new Entry(judgement.generation(), programmed));
            }
        }
        return found;
    }

    private List<Judgement> accepted(Collection<ObjectKey> keys) {
        return keys.stream()
                .flatMap(key -> Optional.ofNullable(pages.get(key)).stream())
                .map(page -> page.judgement)
                .filter(Judgement::accepted)
                .toList();
    }

    private static void tell(Page page, Optional<Programmed> programmed, List<Notice> notices) {
        Judgement now = page.judgement;
        notices.addAll(Notices.between(Optional.ofNullable(page.told), now));
        page.told = now;
        if (programmed.isPresent()) {
            Programmed before =
                    page.toldProgress == null ? new Programmed(0, 0, List.of()) : page.toldProgress;
            notices.addAll(Notices.refused(now, before, programmed.get()));
            page.toldProgress = programmed.get();
        }
    }

    private static boolean onlyProgress(List<Condition> last, List<Condition> wanted) {
        return !Conditions.differs(without(last), without(wanted));
    }

    private static List<Condition> without(List<Condition> conditions) {
        return conditions.stream()
                .filter(condition -> !condition.type().equals(Condition.PROGRAMMED))
                .toList();
    }
}
