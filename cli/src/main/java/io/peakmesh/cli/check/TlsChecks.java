package io.peakmesh.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.kube.crd.SmiDefinitions;
import io.peakmesh.kube.crd.WebhookConfigurations;
import io.peakmesh.kube.survey.Kind;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whether the API server can verify the control plane that it calls. */
final class TlsChecks {
    private static final int DNS_NAME = 2;

    private final Installation mesh;
    private final Answers controlPlane;
    private final InstantSource clock;

    private TlsChecks(Installation mesh, Answers controlPlane, InstantSource clock) {
        this.mesh = mesh;
        this.controlPlane = controlPlane;
        this.clock = clock;
    }

    static Category of(Installation mesh, Answers controlPlane, InstantSource clock) {
        TlsChecks checks = new TlsChecks(mesh, controlPlane, clock);
        return new Category(
                "peakmesh-webhooks-and-apisvc-tls",
                List.of(
                        Check.awaited(
                                "proxy-injector webhook trusts the trust roots",
                                () -> checks.webhook(Kind.MUTATING_WEBHOOK, ConfigChecks.INJECTOR)),
                        Check.awaited(
                                "SMI webhook trusts the trust roots",
                                () ->
                                        checks.webhook(
                                                Kind.VALIDATING_WEBHOOK,
                                                WebhookConfigurations.VALIDATING)),
                        Check.awaited("SMI conversions trust the trust roots", checks::conversions),
                        Check.awaited(
                                "diagnostics APIService trusts the trust roots",
                                checks::apiService),
                        Check.awaited("control plane cert is known", checks::known).asFirst(),
                        Check.of("control plane cert is within its validity period", checks::valid),
                        Check.of("control plane cert names its Service", checks::named),
                        Check.of("control plane cert is issued by the issuer", checks::issued)));
    }

    private Finding webhook(Kind kind, String name) {
        Optional<JsonNode> found = mesh.view().get(kind, "", name);
        if (found.isEmpty()) {
            return missing(name);
        }
        for (JsonNode hook : found.get().path("webhooks")) {
            String wrong = distrusts(hook.path("clientConfig"));
            if (!wrong.isEmpty()) {
                return stale(kind, name, wrong);
            }
        }
        return Finding.good();
    }

    private Finding conversions() {
        for (SmiDefinitions.Wanted wanted : SmiDefinitions.all()) {
            Optional<JsonNode> found = mesh.view().get(Kind.DEFINITION, "", wanted.name());
            if (found.isEmpty()) {
                return missing(wanted.name());
            }
            String wrong = distrusts(found.get().at("/spec/conversion/webhook/clientConfig"));
            if (!wrong.isEmpty()) {
                return stale(Kind.DEFINITION, wanted.name(), wrong);
            }
        }
        return Finding.good();
    }

    private Finding apiService() {
        String name = WebhookConfigurations.API_SERVICE;
        Optional<JsonNode> found = mesh.view().get(Kind.API_SERVICE, "", name);
        if (found.isEmpty()) {
            return missing(name);
        }
        String wrong = distrusts(found.get().path("spec"));
        return wrong.isEmpty() ? Finding.good() : stale(Kind.API_SERVICE, name, wrong);
    }

    private Finding missing(String name) {
        return new Finding.Failure("there is no " + name, logs());
    }

    private Finding stale(Kind kind, String name, String wrong) {
        return new Finding.Failure(
                name + " " + wrong + ", the leader should have written it",
                mesh.commands().kubectl("get " + kind.word() + " " + name + " -o yaml"));
    }

    private String logs() {
        return mesh.commands().kubectl("logs deployment/peakmesh -n " + mesh.namespace());
    }

    /** Which of the roots this bundle lacks, in words; empty if it has all. */
    private String distrusts(JsonNode client) {
        String bundle = client.path("caBundle").asText("");
        String pem;
        try {
            pem = new String(Base64.getDecoder().decode(bundle), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException bad) {
            return "has a CA bundle that is not base64";
        }
        List<X509Certificate> trusted = Installation.certificates(pem);
        if (trusted.isEmpty()) {
            return "has no CA bundle";
        }
        List<X509Certificate> roots = mesh.roots();
        long lacks = roots.stream().filter(root -> !trusted.contains(root)).count();
        return lacks == 0 ? "" : "lacks " + lacks + " of the " + roots.size() + " trust roots";
    }

    private X509Certificate leaf() {
        return IdentityChecks.chain(controlPlane).getFirst();
    }

    private Finding known() {
        return IdentityChecks.chain(controlPlane).size() > 1
                ? Finding.good()
                : new Finding.Failure("the control plane does not tell its certificate", logs());
    }

    private Finding valid() {
        String wrong = IdentityChecks.outside(leaf(), clock.instant());
        return wrong.isEmpty() ? Finding.good() : new Finding.Failure("it " + wrong, logs());
    }

    private Finding named() {
        List<String> names = new ArrayList<>();
        try {
            var alternatives = leaf().getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> one : alternatives) {
                    if (one.get(0) instanceof Integer type && type == DNS_NAME) {
                        names.add("" + one.get(1));
                    }
                }
            }
        } catch (CertificateParsingException bad) {
            return new Finding.Failure("its names cannot be read", logs());
        }
        String service = "peakmesh." + mesh.namespace() + ".svc";
        return names.contains(service)
                ? Finding.good()
                : new Finding.Failure(
                        "it is for " + String.join(", ", names) + ", not for " + service, logs());
    }

    private Finding issued() {
        List<X509Certificate> chain = IdentityChecks.chain(controlPlane);
        return IdentityChecks.signed(chain.get(0), chain.get(1))
                ? Finding.good()
                : new Finding.Failure("its issuer did not sign it", logs());
    }
}
