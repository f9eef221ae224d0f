package io.peakmesh.injector.webhook;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/**
 * Whether the API server itself calls, and for whom. Only a caller whose certificate the front
 * proxy's CA signed may say in headers who asks (Kubernetes, "Authenticating Proxy").
 */
final class FrontProxyCheck {
    private static final Set<String> CLIENT_AUTH = Set.of("1.3.6.1.5.5.7.3.2", "2.5.29.37.0");

    /** Of a GeneralName (RFC 5280, 4.2.1.6). */
    private static final int DNS_NAME = 2;

    private FrontProxyCheck() {}

    /**
     * Who asks.
     *
     * @throws Refused with 401 when the caller is not believed
     */
    static AggregatedApi.Caller caller(Call call, FrontProxy.Settings settings) {
        List<X509Certificate> chain = call.peerChain();
        if (chain.isEmpty()) {
            throw unauthorized("no client certificate; ask through the Kubernetes API server");
        }
        try {
            verify(chain, settings);
        } catch (GeneralSecurityException | InvalidNameException e) {
            throw unauthorized("client certificate not accepted: " + e.getMessage());
        }
        String user =
                settings.userHeaders().stream()
                        .flatMap(name -> call.header(name).stream())
                        .filter(value -> !value.isEmpty())
                        .findFirst()
                        .orElseThrow(() -> unauthorized("no header says who asks"));
        TreeSet<String> groups = new TreeSet<>();
        settings.groupHeaders().forEach(name -> groups.addAll(call.header(name)));
        return new AggregatedApi.Caller(user, Collections.unmodifiableSortedSet(groups));
    }

    private static void verify(List<X509Certificate> chain, FrontProxy.Settings settings)
            throws GeneralSecurityException, InvalidNameException {
        X509CertSelector leaf = new X509CertSelector();
        leaf.setCertificate(chain.getFirst());
        PKIXBuilderParameters parameters =
                new PKIXBuilderParameters(anchors(settings.clientCaPem()), leaf);
        parameters.setRevocationEnabled(false);
        parameters.addCertStore(
                CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
        CertPathBuilder.getInstance("PKIX").build(parameters);
        List<String> usages = chain.getFirst().getExtendedKeyUsage();
        if (usages != null && Collections.disjoint(usages, CLIENT_AUTH)) {
            throw new CertificateException("it is not for TLS clients");
        }
        if (!settings.allowedNames().isEmpty()
                && Collections.disjoint(settings.allowedNames(), names(chain.getFirst()))) {
            throw new CertificateException("its name is not an allowed one");
        }
    }

    private static Set<TrustAnchor> anchors(String pem) throws GeneralSecurityException {
        Set<TrustAnchor> anchors = new HashSet<>();
        var parsed =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        for (var certificate : parsed) {
            X509Certificate ca = (X509Certificate) certificate;
            // PKIX does not look at an anchor's dates; Go's callers of this CA do.
            ca.checkValidity();
            anchors.add(new TrustAnchor(ca, null));
        }
        if (anchors.isEmpty()) {
            throw new CertificateException("the front proxy's CA is not known yet");
        }
        return anchors;
    }

    private static Set<String> names(X509Certificate certificate)
            throws InvalidNameException, CertificateException {
        Set<String> names = new TreeSet<>();
        new LdapName(certificate.getSubjectX500Principal().getName())
                .getRdns().stream()
                        .filter(rdn -> rdn.getType().equalsIgnoreCase("CN"))
                        .forEach(rdn -> names.add(String.valueOf(rdn.getValue())));
        Collection<List<?>> others = certificate.getSubjectAlternativeNames();
        if (others != null) {
            others.stream()
                    .filter(name -> Integer.valueOf(DNS_NAME).equals(name.getFirst()))
                    .forEach(name -> names.add(String.valueOf(name.get(1))));
        }
        return names;
    }

    private static Refused unauthorized(String why) {
        return new Refused(401, why);
    }
}
