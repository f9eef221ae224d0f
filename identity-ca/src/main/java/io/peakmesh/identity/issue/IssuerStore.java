package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.NumberedFiles;
import io.peakmesh.identity.state.State;
import io.peakmesh.model.TrustDomain;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import javax.security.auth.x500.X500Principal;

/**
 * The issuers in the state: {@code root.pem}, {@code intermediate-00000001.pem} and so on (each a
 * key and its certificate), and {@code also-trusted.pem} (further roots, put there by an operator).
 * Whichever process makes an entry first, all of them use it.
 */
final class IssuerStore {
    static final String ROOT = "root.pem";
    static final String ALSO_TRUSTED = "also-trusted.pem";

    /** An intermediate stays this long after its end, for whoever looks into a failure. */
    private static final Duration KEPT_AFTER_END = Duration.ofDays(1);

    private final State state;
    private final NumberedFiles intermediates;
    private final TrustDomain trustDomain;
    private final CaSettings settings;
    private final SecureRandom random;

    IssuerStore(State state, TrustDomain trustDomain, CaSettings settings, SecureRandom random) {
        this.state = state;
        this.intermediates = new NumberedFiles(state, "intermediate-", ".pem");
        this.trustDomain = trustDomain;
        this.settings = settings;
        this.random = random;
    }

    /** The root, made now if there is none; refused unless valid at {@code now}. */
    Issuer root(Instant now) {
        Optional<String> present = state.read(ROOT);
        if (present.isEmpty()) {
            refuseIfTakenAway();
            KeyPair pair = P256.generate(random);
            BigInteger serial = CertificateTemplate.randomSerial(random);
            CertificateTemplate template =
                    new CertificateTemplate(
                            Role.ROOT,
                            trustDomain,
                            name("root", serial),
                            Optional.empty(),
                            pair.getPublic(),
                            serial,
                            CertificateTemplate.authorityUri(trustDomain),
                            List.of(),
                            List.of(),
                            now.minus(settings.backdate()),
                            now.plus(settings.rootLifetime()));
            NumberedFiles.publishOrFind(state, ROOT, issue(template, pair, pair).pem());
            present = state.read(ROOT);
        }
        String text = present.orElseThrow(() -> refused(ROOT, "was taken away"));
        Issuer root = read(ROOT, text, Role.ROOT, List.of());
        if (!root.isValidAt(now)) {
            throw refused(
                    ROOT,
                    "is valid from "
                            + root.notBefore()
                            + " until "
                            + root.notAfter()
                            + " and now is "
                            + now
                            + "; is the clock right?");
        }
        return root;
    }

    /** A root is made before anything that it signs, so a second one would split the mesh. */
    private void refuseIfTakenAway() {
        // Another process may have made both since the root was looked for.
        if (!intermediates.numbers().isEmpty() && state.read(ROOT).isEmpty()) {
            throw refused(
                    ROOT,
                    "was taken away; put it back, or remove the rest too and let every proxy"
                            + " connect anew");
        }
    }

    /** Refuses a root that was exchanged after this process started. */
    void requireSame(Issuer root) {
        String text = state.read(ROOT).orElseThrow(() -> refused(ROOT, "was taken away"));
        Issuer now = read(ROOT, text, Role.ROOT, List.of());
        if (!now.certificate().equals(root.certificate())) {
            throw refused(
                    ROOT,
                    "is another one than this control plane started with, which stays in force"
                            + " here; put the former back, or restart");
        }
    }

    /** The intermediates that have not ended, by number; {@code known} ones are not read again. */
    NavigableMap<Integer, Issuer> intermediates(
            Issuer root, NavigableMap<Integer, Issuer> known, Instant now) {
        NavigableMap<Integer, Issuer> found = new TreeMap<>();
        for (int number : intermediates.numbers()) {
            Optional<Issuer> read =
                    known.containsKey(number)
                            ? Optional.of(known.get(number))
                            : intermediate(root, number);
            if (read.isEmpty()) {
                continue; // It ended long ago, and another process removed it just now.
            }
            Issuer issuer = read.get();
            if (now.isBefore(issuer.notAfter())) {
                found.put(number, issuer);
            } else if (now.isAfter(issuer.notAfter().plus(KEPT_AFTER_END))
                    && number < intermediates.newest()) {
                state.delete(intermediates.name(number));
            }
        }
        return found;
    }

    /** The highest number that any intermediate has, 0 if there is none. */
    int newestIntermediate() {
        return intermediates.newest();
    }

    /** Makes the intermediate that follows number {@code last}, unless one is made elsewhere. */
    void addIntermediate(Issuer root, int last, Instant now) {
        Issuer issuer = signedByRoot(root, List.of(), now, endOfIntermediate(root, now));
        intermediates.publishAfter(last, issuer.pem());
    }

    /**
     * An intermediate that may name these DNS names too, and is not kept.
     *
     * @param end no later than the root's
     */
    Issuer signedByRoot(Issuer root, List<String> names, Instant now, Instant end) {
        KeyPair pair = P256.generate(random);
        BigInteger serial = CertificateTemplate.randomSerial(random);
        CertificateTemplate template =
                new CertificateTemplate(
                        Role.INTERMEDIATE,
                        trustDomain,
                        name("intermediate", serial),
                        Optional.of(root.certificate()),
                        pair.getPublic(),
                        serial,
                        CertificateTemplate.authorityUri(trustDomain),
                        List.of(),
                        names,
                        now.minus(settings.backdate()),
                        end);
        return issue(template, pair, new KeyPair(root.certificate().getPublicKey(), root.key()));
    }

    Instant endOfIntermediate(Issuer root, Instant now) {
        Instant end = now.plus(settings.intermediateLifetime());
        return end.isBefore(root.notAfter()) ? end : root.notAfter();
    }

    /** Further roots that peers may chain to; those that have ended are left out. */
    List<X509Certificate> alsoTrusted(Instant now) {
        Optional<String> text = state.read(ALSO_TRUSTED);
        if (text.isEmpty()) {
            return List.of();
        }
        try {
            return IssuerReader.readRoots(text.get()).stream()
                    .filter(root -> now.isBefore(root.getNotAfter().toInstant()))
                    .toList();
        } catch (IllegalArgumentException e) {
            throw refused(ALSO_TRUSTED, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Issuer> intermediate(Issuer root, int number) {
        String name = intermediates.name(number);
        return state.read(name).map(text -> read(name, text, Role.INTERMEDIATE, List.of(root)));
    }

    private Issuer read(String name, String text, Role role, List<Issuer> signer) {
        try {
            return IssuerReader.read(text, role, trustDomain, signer);
        } catch (IllegalArgumentException e) {
            throw refused(name, String.valueOf(e.getMessage()));
        }
    }

    private Issuer issue(CertificateTemplate template, KeyPair subject, KeyPair signer) {
        byte[] der =
                CertificateSigner.sign(
                        CertificateBuilder.build(template, CertificateSigner.ALGORITHM),
                        signer.getPrivate(),
                        random);
        return new Issuer(CertificateInspector.inspect(der, template), subject.getPrivate());
    }

    private static X500Principal name(String what, BigInteger serial) {
        return new X500Principal("CN=" + what + " " + serial.toString(16) + ",O=Peakmesh");
    }

    private IdentityException refused(String name, String why) {
        return IdentityException.refused(state, name, why);
    }
}
