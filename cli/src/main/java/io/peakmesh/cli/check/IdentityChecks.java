package io.peakmesh.cli.check;

import io.peakmesh.cli.terminal.CliException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Whether the certificates from which all others come are good: the roots, which every proxy has,
 * and the issuer, which the control plane says itself. No key is read.
 */
final class IdentityChecks {
    private static final Duration ROOT_LEFT = Duration.ofDays(60);

    /** It is replaced at half of its life; a third of it left means that it was not. */
    private static final int ISSUER_SHARE = 3;

    private static final int SHORTEST_CURVE = 256;
    private static final int SHORTEST_RSA = 2048;

    /** How what is only a warning ends. */
    private static final String LEFT = "days left";

    private final Installation mesh;
    private final Answers controlPlane;
    private final InstantSource clock;

    private IdentityChecks(Installation mesh, Answers controlPlane, InstantSource clock) {
        this.mesh = mesh;
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    static Category of(Installation mesh, Answers controlPlane, InstantSource clock) {
        IdentityChecks checks = new IdentityChecks(mesh, controlPlane, clock);
        return new Category(
                "peakmesh-identity",
                List.of(
                        Check.awaited("trust roots are readable", checks::readable).asFirst(),
                        Check.of(
                                "trust roots are using supported crypto algorithm",
                                () -> checks.roots(IdentityChecks::crypto)),
                        Check.of(
                                "trust roots are within their validity period",
                                () -> checks.roots(checks::inForce)),
                        Check.of(
                                "trust roots are valid for at least 60 days",
                                () -> checks.roots(one -> checks.left(one, ROOT_LEFT))),
                        Check.awaited("issuer cert is known", checks::issuerKnown).asFirst(),
                        Check.of(
                                "issuer cert is using supported crypto algorithm",
                                () -> checks.issuer(IdentityChecks::crypto)),
                        Check.of(
                                "issuer cert is within its validity period",
                                () -> checks.issuer(checks::inForce)),
                        Check.of(
                                "issuer cert is renewed in time",
                                () -> checks.issuer(one -> checks.left(one, share(one)))),
                        Check.of(
                                "issuer cert is issued by a trust root",
                                () -> checks.issuer(checks::issued))));
    }

    private Finding readable() {
        return new Finding.Good("" + mesh.roots().size());
    }

    /** The control plane's own chain, leaf first. */
    static List<X509Certificate> chain(Answers controlPlane) {
        return Installation.certificates(controlPlane.get("/identity").path("chain").asText(""));
    }

    private X509Certificate issuer() {
        List<X509Certificate> chain = chain(controlPlane);
        if (chain.size() < 2) {
            throw new CliException("the control plane does not name its issuer; " + logs());
        }
        return chain.get(1);
    }

    private Finding issuerKnown() {
        issuer();
        return Finding.good();
    }

    private String logs() {
        return mesh.commands().kubectl("logs deployment/peakmesh -n " + mesh.namespace());
    }

    private Finding roots(Function<X509Certificate, String> trouble) {
        return each(
                mesh.roots(),
                trouble,
                mesh.commands()
                        .kubectl(
                                "get configmap "
                                        + Installation.ROOTS
                                        + " -n "
                                        + mesh.namespace()
                                        + " -o yaml"));
    }

    private Finding issuer(Function<X509Certificate, String> trouble) {
        return each(List.of(issuer()), trouble, logs());
    }

    private Finding each(
            List<X509Certificate> certificates,
            Function<X509Certificate, String> trouble,
            String next) {
        List<String> wrong = new ArrayList<>();
        boolean fails = false;
        for (X509Certificate one : certificates) {
            String what = trouble.apply(one);
            if (!what.isEmpty()) {
                wrong.add(one.getSubjectX500Principal().getName() + " " + what);
                fails |= !what.endsWith(LEFT);
            }
        }
        if (wrong.isEmpty()) {
            return Finding.good();
        }
        String what = String.join("\n", wrong);
        return fails ? new Finding.Failure(what, next) : new Finding.Warning(what, next);
    }

    private static String crypto(X509Certificate one) {
        boolean strong =
                switch (one.getPublicKey()) {
                    case ECPublicKey key ->
                            key.getParams().getOrder().bitLength() >= SHORTEST_CURVE;
                    case RSAPublicKey key -> key.getModulus().bitLength() >= SHORTEST_RSA;
                    default -> false;
                };
        if (!strong) {
            return "has a key that is too weak or unknown: " + one.getPublicKey().getAlgorithm();
        }
        return one.getSigAlgName().startsWith("SHA1") || one.getSigAlgName().startsWith("MD5")
                ? "is signed by " + one.getSigAlgName()
                : "";
    }

    private String inForce(X509Certificate one) {
        return outside(one, clock.instant());
    }

    /** Empty if it is in force. */
    static String outside(X509Certificate one, Instant now) {
        if (now.isBefore(one.getNotBefore().toInstant())) {
            return "is not valid before " + one.getNotBefore().toInstant();
        }
        return now.isAfter(one.getNotAfter().toInstant())
                ? "is not valid since " + one.getNotAfter().toInstant()
                : "";
    }

    private static Duration share(X509Certificate one) {
        return Duration.between(one.getNotBefore().toInstant(), one.getNotAfter().toInstant())
                .dividedBy(ISSUER_SHARE);
    }

    private String left(X509Certificate one, Duration wanted) {
        Duration left = Duration.between(clock.instant(), one.getNotAfter().toInstant());
        return left.compareTo(wanted) < 0
                ? "ends at "
                        + one.getNotAfter().toInstant()
                        + ": "
                        + Math.max(0, left.toDays())
                        + " "
                        + LEFT
                : "";
    }

    private String issued(X509Certificate issuer) {
        for (X509Certificate root : mesh.roots()) {
            if (signed(issuer, root)) {
                return "";
            }
        }
        return "is signed by none of the " + mesh.roots().size() + " trust roots";
    }

    /** Whether the key of the second one signed the first. */
    static boolean signed(X509Certificate certificate, X509Certificate by) {
        try {
            certificate.verify(by.getPublicKey());
            return true;
        } catch (GeneralSecurityException another) {
            return false;
        }
    }
}
