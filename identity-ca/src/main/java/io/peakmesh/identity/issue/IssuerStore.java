package io.peakmesh.identity.issue;

import io.peakmesh.identity.issue.CertificateTemplate.Role;
import io.peakmesh.identity.key.P256;
import io.peakmesh.identity.state.IdentityException;
import io.peakmesh.identity.state.IdentityException.Category;
import io.peakmesh.identity.state.NumberedFiles;
import io.peakmesh.identity.state.StateFolder;
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
 * The issuers in the state folder: {@code root.pem}, {@code intermediate-00000001.pem} and so on
 * (each a key and its certificate), and {@code also-trusted.pem} (further roots, put there by an
 * operator). Whichever process makes a file first, all of them use it.
 */
final class IssuerStore {
    static final String ROOT = "root.pem";
    static final String ALSO_TRUSTED = "also-trusted.pem";

    /** An intermediate's file stays this long after its end, for whoever looks into a failure. */
    private static final Duration KEPT_AFTER_END = Duration.ofDays(1);

    private final StateFolder folder;
    private final NumberedFiles intermediates;
    private final TrustDomain trustDomain;
    private final CaSettings settings;
    private final SecureRandom random;

    IssuerStore(
            StateFolder folder, TrustDomain trustDomain, CaSettings settings, SecureRandom random) {
        this.folder = folder;
        this.intermediates = new NumberedFiles(folder, "intermediate-", ".pem");
        this.trustDomain = trustDomain;
        this.settings = settings;
        this.random = random;
    }

    /** The root, made now if there is none; refused unless valid at {@code now}. */
    Issuer root(Instant now) {
        Optional<String> present = folder.read(ROOT);
        if (present.isEmpty()) {
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
                            Optional.empty(),
                            now.minus(settings.backdate()),
                            now.plus(settings.rootLifetime()));
            folder.publish(ROOT, issue(template, pair, pair).pem());
            present = folder.read(ROOT);
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

    /** The intermediates that have not ended, by number; {@code known} ones are not read again. */
    NavigableMap<Integer, Issuer> intermediates(
            Issuer root, NavigableMap<Integer, Issuer> known, Instant now) {
        NavigableMap<Integer, Issuer> found = new TreeMap<>();
        for (int number : intermediates.numbers()) {
            Issuer before = known.get(number);
            Issuer issuer = before == null ? intermediate(root, number) : before;
            if (now.isBefore(issuer.notAfter())) {
                found.put(number, issuer);
            } else if (now.isAfter(issuer.notAfter().plus(KEPT_AFTER_END))
                    && number < intermediates.newest()) {
                folder.delete(intermediates.name(number));
            }
        }
        return found;
    }

    /** Makes the intermediate that follows all there are, or takes the one just made elsewhere. */
    void addIntermediate(Issuer root, Instant now) {
        int next = intermediates.newest() + 1;
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
                        Optional.empty(),
                        now.minus(settings.backdate()),
                        endOfIntermediate(root, now));
        Issuer issuer =
                issue(template, pair, new KeyPair(root.certificate().getPublicKey(), root.key()));
        folder.publish(intermediates.name(next), issuer.pem());
    }

    Instant endOfIntermediate(Issuer root, Instant now) {
        Instant end = now.plus(settings.intermediateLifetime());
        return end.isBefore(root.notAfter()) ? end : root.notAfter();
    }

    /** Further roots that peers may chain to; those that have ended are left out. */
    List<X509Certificate> alsoTrusted(Instant now) {
        Optional<String> text = folder.read(ALSO_TRUSTED);
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

    private Issuer intermediate(Issuer root, int number) {
        String name = intermediates.name(number);
        String text = folder.read(name).orElseThrow(() -> refused(name, "was taken away"));
        return read(name, text, Role.INTERMEDIATE, List.of(root));
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
        return new IdentityException(
                Category.STATE_REFUSED, folder.path().resolve(name) + ": " + why);
    }
}
