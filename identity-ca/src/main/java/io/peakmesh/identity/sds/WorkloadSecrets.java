package io.peakmesh.identity.sds;

import com.google.protobuf.ByteString;
import io.peakmesh.identity.issue.CertificateAuthority;
import io.peakmesh.identity.issue.Svid;
import io.peakmesh.identity.issue.TrustBundle;
import io.peakmesh.identity.issue.WorkloadIdentity;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.rotation.RenewalSchedule;
import io.peakmesh.identity.sds.IssueEvent.Reason;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.NumberedFiles;
import io.peakmesh.identity.state.State;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two secrets of every proxy: {@value #IDENTITY}, its own certificate with the key, and {@value
 * #ROOTS}, what it verifies peers against. Nothing about a proxy is kept here, least of all a key:
 * what it holds is read from the version that it names, so a restart or a second control plane
 * sends nothing to a proxy whose leaf is good.
 *
 * <p>Safe to use from any thread.
 */
public final class WorkloadSecrets {
    public static final String IDENTITY = "id";
    public static final String ROOTS = "roots";

    private final CertificateAuthority authority;
    private final NumberedFiles callIns;
    private final RandomGenerator jitter;
    private final Consumer<IssueEvent> audit;
    private final SecretKeySpec versionKey;
    private final AtomicInteger epoch;
    private final AtomicReference<TrustBundle> announced;
    private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();

    /**
     * @param state where it is kept how often all certificates were called in
     * @param jitter spreads renewals; must be safe to use from any thread
     * @param audit hears of every certificate before its proxy gets it
     */
    public WorkloadSecrets(
            CertificateAuthority authority,
            State state,
            RandomGenerator jitter,
            Consumer<IssueEvent> audit) {
        this.authority = authority;
        this.callIns = new NumberedFiles(state, "call-in-", "");
        this.jitter = jitter;
        this.audit = audit;
        this.versionKey = authority.derivedKey("peakmesh secret version 1");
        this.epoch = new AtomicInteger(callIns.newest());
        this.announced = new AtomicReference<>(authority.bundle());
    }

    /**
     * The secret of this name for this workload, which the caller has verified; empty for any other
     * name.
     *
     * @param heldVersion the version that its proxy says it holds, empty if none
     * @throws IdentityException if it needs a certificate and none can be issued
     */
    public Optional<WorkloadSecret> secret(
            WorkloadIdentity who, String name, String heldVersion, Instant now) {
        return switch (name) {
            case IDENTITY -> Optional.of(identity(who, heldVersion, now));
            case ROOTS -> Optional.of(roots(heldVersion));
            default -> Optional.empty();
        };
    }

    private WorkloadSecret identity(WorkloadIdentity who, String heldVersion, Instant now) {
        Optional<HeldLeaf> held = HeldLeaf.verify(heldVersion, who, versionKey);
        Optional<Reason> reason = reasonToIssue(heldVersion, held, now);
        if (reason.isEmpty()) {
            return new WorkloadSecret(heldVersion, Optional.empty(), held.orElseThrow().renewAt());
        }
        try {
            return issue(who, reason.get(), now);
        } catch (IdentityException e) {
            audit.accept(new IssueEvent.Failed(who, reason.get(), String.valueOf(e.getMessage())));
            throw e;
        }
    }

    private Optional<Reason> reasonToIssue(
            String heldVersion, Optional<HeldLeaf> held, Instant now) {
        if (held.isEmpty()) {
            return Optional.of(heldVersion.isEmpty() ? Reason.NONE_HELD : Reason.NOT_OURS);
        }
        HeldLeaf leaf = held.get();
        if (leaf.epoch() < epoch.get()) {
            return Optional.of(Reason.CALLED_IN);
        }
        if (!now.isBefore(leaf.renewAt()) || !now.isBefore(leaf.notAfter())) {
            return Optional.of(Reason.DUE);
        }
        return authority.isInForce(leaf.issuerFingerprint(), now)
                ? Optional.empty()
                : Optional.of(Reason.ISSUER_GONE);
    }

    private WorkloadSecret issue(WorkloadIdentity who, Reason reason, Instant now) {
        int issuedIn = epoch.get();
        Svid svid = authority.issue(who, now);
        Instant renewAt = RenewalSchedule.renewAt(now, svid.notAfter(), jitter);
        audit.accept(
                new IssueEvent.Issued(
                        who,
                        svid.serial().toString(16),
                        HexFormat.of().formatHex(Sha256.of(svid.leaf())),
                        svid.notAfter(),
                        reason));
        return new WorkloadSecret(
                HeldLeaf.of(svid, issuedIn, renewAt).version(who, versionKey),
                Optional.of(SecretMessages.identity(IDENTITY, svid)),
                renewAt);
    }

    /** The bundle changes by {@link #refresh} only, so asking again is due when a root ends. */
    private WorkloadSecret roots(String heldVersion) {
        ByteString message = SecretMessages.roots(ROOTS, authority.bundle());
        String version =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Arrays.copyOf(Sha256.of(message.toByteArray()), 16));
        return new WorkloadSecret(
                version,
                version.equals(heldVersion) ? Optional.empty() : Optional.of(message),
                authority.bundle().notAfter());
    }

    /**
     * Calls {@code onChange} whenever the secrets of all workloads must be asked for anew, until
     * the returned handle is closed.
     */
    public AutoCloseable subscribe(Runnable onChange) {
        Object key = new Object();
        listeners.put(key, onChange);
        return () -> listeners.remove(key);
    }

    /**
     * Calls all certificates in: whatever a proxy holds now, here and at every control plane on
     * this state (after its next {@link #refresh}), is replaced when it is next asked for.
     *
     * @throws IdentityException if that cannot be written down, as far as can be found out; should
     *     it be written after all, the next {@link #refresh} takes it up
     */
    public void renewAll() {
        // Whoever else called in at the same time meant the same leaves.
        int called = callIns.publishAfter(callIns.newest(), "");
        epoch.accumulateAndGet(called, Math::max);
        listeners.values().forEach(Runnable::run);
        try {
            callIns.numbers().stream()
                    .filter(number -> number < called)
                    .forEach(number -> callIns.state().delete(callIns.name(number)));
        } catch (IdentityException tidyNextTime) {
            // Only the newest one counts.
        }
    }

    /**
     * Takes up what changed in the state, and tells the listeners if that concerns proxies. To be
     * called about once a minute.
     *
     * @throws IdentityException if the state cannot be read, or an entry is refused, or the
     *     intermediate could not be renewed; what could not be taken up stays as it was
     */
    public void refresh(Instant now) {
        try {
            authority.refresh(now);
        } finally {
            int newest = callIns.newest();
            boolean calledIn = epoch.getAndAccumulate(newest, Math::max) < newest;
            TrustBundle bundle = authority.bundle();
            if (calledIn || !bundle.equals(announced.getAndSet(bundle))) {
                listeners.values().forEach(Runnable::run);
            }
        }
    }
}
