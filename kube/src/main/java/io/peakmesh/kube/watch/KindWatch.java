package io.peakmesh.kube.watch;

import io.peakmesh.kube.watch.ClusterWatch.Options;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists one kind and watches it from there on, for as long as it lives. It lists again when the
 * server has forgotten the version to go on from (410), when nothing at all was heard for longer
 * than the server's bookmarks are apart (the connection, or the server's own view, may be dead: an
 * API server also says nothing to one who asks for a version of the future, as after a restore of
 * etcd), and when a watch breaks at the same place again.
 */
final class KindWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(KindWatch.class);
    private static final Pattern USER = Pattern.compile("User \"([^\"]{1,200})\"");

    /** How often in a row a watch may fail at one version before a list is read instead. */
    private static final int MAX_FUTILE = 2;

    /** The list must be refused so often before what is known of an absent kind is forgotten. */
    private static final int ABSENT_LOOKS = 2;

    private final WatchedKind kind;
    private final Resource resource;
    private final Outbox outbox;
    private final Options options;
    private final Progress progress;
    private final CountDownLatch synced;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Backoff backoff;
    private final RandomGenerator random;
    private final Ledger ledger;
    private String version = "";
    private boolean read;
    private boolean opened;
    private boolean doubtful;
    private int futile;
    private int absentLooks;

    KindWatch(
            WatchedKind kind,
            Api api,
            Outbox outbox,
            Progress progress,
            CountDownLatch synced,
            RandomGenerator random,
            Options options) {
        this.kind = kind;
        this.resource = new Resource(api, kind);
        this.outbox = outbox;
        this.progress = progress;
        this.synced = synced;
        this.random = random;
        this.options = options;
        this.backoff = new Backoff(random, options.slowestRetry());
        this.ledger = new Ledger(kind);
    }

    /** Ends it soon, once the thread is interrupted too. */
    void stop() {
        stopped.countDown();
    }

    @Override
    public void run() {
        while (stopped.getCount() > 0) {
            Duration pause = turn();
            try {
                if (stopped.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    /** Lists if it must, watches until that ends; returns how long to wait before the next turn. */
    private Duration turn() {
        opened = false;
        try {
            if (doubtful && !version.isEmpty()) {
                probe();
            }
            if (version.isEmpty()) {
                list();
            }
            return follow() ? calm() : backoff.next();
        } catch (Refused refused) {
            return refused(refused);
        } catch (BodyStream.Silent silent) {
            if (!opened) {
                return failed(silent);
            }
            // Nothing has failed that is known: a quiet server is asked for a list, without a word.
            version = "";
            return Duration.ZERO;
        } catch (IOException problem) {
            Duration pause = failed(problem);
            if (opened) {
                futile();
            }
            return pause;
        } catch (RuntimeException bug) {
            LOG.error("event=watch-failed kind={}", kind.kind(), bug);
            Duration pause = failed(new IOException("a bug: " + Api.reason(bug), bug));
            version = "";
            return pause;
        } finally {
            outbox.put(ledger.take());
            progress.holds(ledger.objects(), ledger.unreadable());
        }
    }

    private Duration calm() {
        backoff.reset();
        return Duration.ZERO;
    }

    /**
     * Looks, after a failure, whether the server's versions have gone back behind ours, as after a
     * restore of etcd: it would say nothing until they had caught up.
     */
    private void probe() throws IOException {
        String now = resource.page(1, "", options.answer(), object -> {}).resourceVersion();
        if (!newer(version, now).equals(now)) {
            version = "";
        }
    }

    private void list() throws IOException {
        Resource.Page page = page(options.page(), "");
        try {
            while (!page.next().isEmpty()) {
                page = page(options.page(), page.next());
            }
        } catch (Refused refused) {
            if (!refused.gone()) {
                throw refused;
            }
            // The rest of the list is forgotten: now all of it at once, which cannot be.
            page = page(0, "");
        }
        ledger.endList();
        version = page.resourceVersion();
        absentLooks = 0;
        futile = 0;
        publish();
        progress.listed();
        read();
    }

    private Resource.Page page(int size, String next) throws IOException {
        if (next.isEmpty()) {
            ledger.beginList();
        }
        return resource.page(size, next, options.answer(), ledger::listed);
    }

    private void read() {
        if (!read) {
            read = true;
            synced.countDown();
        }
    }

    /** Hands over what is new; what an incomplete list said is new too, and true. */
    private void publish() {
        outbox.put(ledger.take());
        progress.holds(ledger.objects(), ledger.unreadable());
    }

    /** Watches until the server ends it; returns whether it said anything. */
    private boolean follow() throws IOException {
        long seconds = options.longestWatch().toSeconds();
        Duration longest = Duration.ofSeconds(seconds + random.nextLong(seconds + 1));
        boolean heard = false;
        try (Resource.Watch watch = resource.watch(version, longest, options.silence())) {
            opened = true;
            doubtful = false;
            progress.watching();
            Optional<Resource.News> news = watch.next();
            while (news.isPresent()) {
                take(news.get());
                heard = true;
                futile = 0;
                backoff.reset();
                news = watch.next();
            }
        }
        return heard;
    }

    private void take(Resource.News news) throws IOException {
        Map<String, @Nullable Object> object = news.object();
        switch (news.type()) {
            case "ADDED", "MODIFIED" -> ledger.applied(object);
            case "DELETED" -> ledger.deleted(object);
            case "BOOKMARK" -> {}
            case "ERROR" -> throw ended(object);
            default -> throw new IOException("a watch said " + Api.oneLine(news.type()));
        }
        version = newer(version, Ledger.resourceVersion(object));
        if (!news.type().equals("BOOKMARK")) {
            progress.told();
            publish();
        }
    }

    /** Late news must not make the next watch begin at an earlier place. */
    private static String newer(String known, String said) {
        OptionalLong before = Ledger.number(known);
        OptionalLong now = Ledger.number(said);
        boolean older =
                before.isPresent() && now.isPresent() && now.getAsLong() < before.getAsLong();
        return said.isEmpty() || older ? known : said;
    }

    private static Refused ended(Map<String, @Nullable Object> status) {
        int code = status.get("code") instanceof Number number ? number.intValue() : 0;
        String message = status.get("message") instanceof String text ? text : "no reason given";
        return new Refused(code, "the watch was ended: " + Api.oneLine(message));
    }

    private Duration refused(Refused refused) {
        if (refused.gone() || (refused.notFound() && kind.custom() && !version.isEmpty())) {
            version = "";
            return refused.gone() ? backoff.next() : Duration.ZERO;
        }
        if (refused.notFound() && kind.custom()) {
            return missing(refused);
        }
        Duration pause = failed(new Refused(refused.code(), told(refused)));
        if (!refused.passing()) {
            futile();
        }
        return refused.forbidden() ? backoff.jittered(options.absentRetry().toMillis()) : pause;
    }

    /** The list of a kind that the cluster may lack was not found. */
    private Duration missing(Refused refused) {
        try {
            if (!resource.absent(options.answer())) {
                return failed(refused);
            }
        } catch (IOException unclear) {
            return failed(unclear);
        }
        absentLooks++;
        if (!ledger.isEmpty() && absentLooks < ABSENT_LOOKS) {
            return backoff.next();
        }
        ledger.beginList();
        ledger.endList();
        publish();
        progress.absent();
        read();
        return backoff.jittered(options.absentRetry().toMillis());
    }

    private Duration failed(IOException problem) {
        if (stopped.getCount() > 0) {
            String verb = version.isEmpty() ? "list " : "watch ";
            doubtful = true;
            progress.failed(verb + kind.fullResource() + ": " + Api.reason(problem));
        }
        return backoff.next();
    }

    private void futile() {
        futile++;
        if (futile >= MAX_FUTILE) {
            futile = 0;
            version = "";
        }
    }

    /** The refusal for people; one for lack of rights says how to look what is lacking. */
    private String told(Refused refused) {
        String said = Api.reason(refused);
        if (!refused.forbidden()) {
            return said + (refused.code() > 0 ? " (" + refused.code() + ")" : "");
        }
        String verb = version.isEmpty() ? "list" : "watch";
        Matcher user = USER.matcher(said);
        String as = user.find() ? user.group(1) : "the control plane's user";
        return said
                + ": allow it in a ClusterRole; to look: kubectl auth can-i "
                + verb
                + " "
                + kind.fullResource()
                + " --all-namespaces --as="
                + as;
    }
}
