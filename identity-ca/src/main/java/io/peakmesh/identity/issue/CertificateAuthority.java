package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.key.Sha256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import io.peakmesh.identity.state.State;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.SpiffeId;
import io.peakmesh.model.TrustDomain;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.x500.X500Principal;

/**
 * Gives workloads their certificates. The root signs an intermediate, which may sign names in this
 * trust domain only and no further authority; the intermediate signs leaves and is replaced at half
 * of its life. Peers verify against the root, so they notice nothing of that.
 *
 * <p>Safe to use from any thread, and together with other processes on the same state.
 */
public final class CertificateAuthority {
    /** The control plane's own service account. */
    public static final ServiceAccountName CONTROL_PLANE =
            new ServiceAccountName("peakmesh", "control-plane");

    private static final int MAX_FURTHER_NAMES = 16;

    private final TrustDomain trustDomain;
    private final CaSettings settings;
    private final SecureRandom random;
    private final IssuerStore store;
    private final Issuer root;
    private final Object changing = new Object();
    private volatile Held held;

    /** What was last read from the state. */
    private record Held(NavigableMap<Integer, Issuer> intermediates, TrustBundle bundle) {
        Optional<Issuer> newest() {
            return intermediates.isEmpty()
                    ? Optional.empty()
                    : Optional.of(intermediates.lastEntry().getValue());
        }
    }

    private CertificateAuthority(
            TrustDomain trustDomain,
            CaSettings settings,
            SecureRandom random,
            IssuerStore store,
            Instant now) {
        this.trustDomain = trustDomain;
        this.settings = settings;
        this.random = random;
        this.store = store;
        this.root = store.root(now);
        this.held = load(new TreeMap<>(), now);
    }

    /**
     * Opens the authority kept in {@code state}, making what is missing of it.
     *
     * @throws IdentityException if something in the state may not be used, or not be written
     * @throws IllegalArgumentException if the trust domain cannot stand in a name constraint: it
     *     must be a DNS name that does not look like an IP address
     */
    public static CertificateAuthority open(
            State state,
            TrustDomain trustDomain,
            CaSettings settings,
            Instant now,
            SecureRandom random) {
        int longestName =
                trustDomain.name().length() + ".pod.".length() + WorkloadIdentity.MAX_UID_LENGTH;
        if (!DnsName.isValid(trustDomain.name())
                || DnsName.looksLikeAddress(trustDomain.name())
                || longestName > DnsName.MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "trust domain '"
                            + trustDomain
                            + "' must be a DNS name of up to 120 bytes: certificates are"
                            + " constrained to it");
        }
        CertificateAuthority authority =
                new CertificateAuthority(
                        trustDomain,
                        settings,
                        random,
                        new IssuerStore(state, trustDomain, settings, random),
                        now);
        authority.issuerAt(now);
        return authority;
    }

    public TrustDomain trustDomain() {
        return trustDomain;
    }

    /**
     * A new key and certificate for this workload.
     *
     * @throws IdentityException if the issuing chain has ended, or cannot be renewed and has ended
     */
    public Svid issue(WorkloadIdentity who, Instant now) {
        return issue(
                issuerAt(now), who.spiffeId(trustDomain), List.of(who.dnsName(trustDomain)), now);
    }

    /** The DNS name in the control plane's own certificate: {@code xds.<trust domain>}. */
    public String controlPlaneDnsName() {
        return "xds." + trustDomain;
    }

    /** A new key and certificate for the control plane's own ports. */
    public Svid issueForControlPlane(Instant now) {
        return issueForControlPlane(List.of(), now);
    }

    /**
     * As {@link #issueForControlPlane(Instant)}, for ports that are called by further names, as the
     * API server calls a webhook by {@code <service>.<namespace>.svc}. The intermediate that signs
     * workloads may name nothing outside the trust domain; so one is made that may, for these names
     * alone and as long as the certificate, and its key is kept nowhere.
     *
     * @throws IllegalArgumentException if there are over 16 names, or one is not a host name
     */
    public Svid issueForControlPlane(List<String> alsoNamed, Instant now) {
        SpiffeId id = new SpiffeId(trustDomain, CONTROL_PLANE);
        if (alsoNamed.isEmpty()) {
            return issue(issuerAt(now), id, List.of(controlPlaneDnsName()), now);
        }
        for (String name : alsoNamed) {
            if (!DnsName.isValid(name) || DnsName.looksLikeAddress(name)) {
                throw new IllegalArgumentException("not a host name: '" + name + "'");
            }
        }
        if (alsoNamed.size() > MAX_FURTHER_NAMES) {
            throw new IllegalArgumentException(
                    "a certificate has at most " + MAX_FURTHER_NAMES + " further names");
        }
        requireValidRoot(now);
        Instant end = now.plus(settings.leafLifetime());
        Issuer issuer =
                store.signedByRoot(
                        root,
                        alsoNamed,
                        now,
                        end.isBefore(root.notAfter()) ? end : root.notAfter());
        Set<String> names = new LinkedHashSet<>();
        names.add(controlPlaneDnsName());
        names.addAll(alsoNamed);
        return issue(issuer, id, List.copyOf(names), now);
    }

    /** The roots to verify peers against, as of the last {@link #refresh}. */
    public TrustBundle bundle() {
        return held.bundle();
    }

    /**
     * Takes up what other processes or an operator changed in the state and renews the intermediate
     * if that is due. To be called about once a minute.
     *
     * @throws IdentityException if the state cannot be read, or an entry is refused, or its root is
     *     no longer the one that this process started with (all stays as it was), or the
     *     intermediate could not be renewed (the one there is serves on)
     */
    public void refresh(Instant now) {
        synchronized (changing) {
            store.requireSame(root);
            held = load(held.intermediates(), now);
            renewUnlessFresh(now);
        }
    }

    /** Whether a certificate of this issuer (by its SHA-256, or how that begins) still verifies. */
    public boolean isInForce(byte[] issuerFingerprint, Instant now) {
        return held.intermediates().values().stream()
                .filter(issuer -> issuer.isValidAt(now))
                .anyMatch(issuer -> startsWith(Sha256.of(issuer.certificate()), issuerFingerprint));
    }

    /**
     * A secret of 32 bytes for one purpose, the same in every process that has this root, and of no
     * use to learn the root's key or the secret of another purpose.
     */
    public SecretKeySpec derivedKey(String purpose) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(P256.scalar(root.key()), "HmacSHA256"));
            byte[] derived = mac.doFinal(purpose.getBytes(StandardCharsets.UTF_8));
            return new SecretKeySpec(derived, "HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    private Svid issue(Issuer issuer, SpiffeId id, List<String> dns, Instant now) {
        KeyPair pair = P256.generate(random);
        Instant end = now.plus(settings.leafLifetime());
        CertificateTemplate template =
                new CertificateTemplate(
                        Role.LEAF,
                        trustDomain,
                        new X500Principal(""),
                        Optional.of(issuer.certificate()),
                        pair.getPublic(),
                        CertificateTemplate.randomSerial(random),
                        id.uri(),
                        dns,
                        List.of(),
                        now.minus(settings.backdate()),
                        end.isBefore(issuer.notAfter()) ? end : issuer.notAfter());
        byte[] der =
                CertificateSigner.sign(
                        CertificateBuilder.build(template, CertificateSigner.ALGORITHM),
                        issuer.key(),
                        random);
        X509Certificate leaf = CertificateInspector.inspect(der, template);
        return new Svid(List.of(leaf, issuer.certificate()), pair.getPrivate());
    }

    /** The issuer to sign with: a fresh one, or the one there is while it is valid. */
    private Issuer issuerAt(Instant now) {
        Optional<Issuer> newest = held.newest().filter(issuer -> issuer.isFreshAt(now));
        if (newest.isPresent()) {
            return newest.get();
        }
        synchronized (changing) {
            try {
                renewUnlessFresh(now);
            } catch (IdentityException e) {
                // refresh() reports it; a leaf from an issuer past half life is as good.
                return held.newest().filter(issuer -> issuer.isValidAt(now)).orElseThrow(() -> e);
            }
            return held.newest()
                    .filter(issuer -> issuer.isValidAt(now))
                    .orElseThrow(() ->
                            new IdentityException(
                                    Category.ISSUER_EXPIRED, "no valid intermediate at " + now));
        }
    }

    private void renewUnlessFresh(Instant now) {
        if (hasFresh(now)) {
            return;
        }
        // Another process may have renewed already, or do so from here on: then it takes the
        // number.
        int last = store.newestIntermediate();
        held = load(held.intermediates(), now);
        if (hasFresh(now)) {
            return;
        }
        requireValidRoot(now);
        store.addIntermediate(root, last, now);
        held = load(held.intermediates(), now);
    }

    private void requireValidRoot(Instant now) {
        if (!root.isValidAt(now)) {
            throw new IdentityException(
                    Category.ISSUER_EXPIRED,
                    "the root is valid from "
                            + root.notBefore()
                            + " until "
                            + root.notAfter()
                            + " and now is "
                            + now);
        }
    }

    /** Fresh, or valid until as late as a new one could be. */
    private boolean hasFresh(Instant now) {
        return held.newest()
                .filter(issuer -> issuer.isValidAt(now))
                .filter(issuer ->
                        issuer.isFreshAt(now)
                                || !store.endOfIntermediate(root, now).isAfter(issuer.notAfter()))
                .isPresent();
    }

    private Held load(NavigableMap<Integer, Issuer> known, Instant now) {
        List<X509Certificate> roots = new ArrayList<>(store.alsoTrusted(now));
        roots.add(root.certificate());
        return new Held(store.intermediates(root, known, now), new TrustBundle(trustDomain, roots));
    }

    private static boolean startsWith(byte[] whole, byte[] beginning) {
        return beginning.length > 0
                && beginning.length <= whole.length
                && Arrays.equals(Arrays.copyOf(whole, beginning.length), beginning);
    }
}
