package io.peakmesh.injector.webhook;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import io.peakmesh.injector.webhook.Admission.Answer.Denied;
import io.peakmesh.injector.webhook.Admission.Answer.Patched;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One path of admission (AdmissionReview of admission.k8s.io/v1). */
final class AdmissionEndpoint {
    /** Object and old object, each at most the 3 MiB that the API server takes. */
    static final int MAX_BYTES = 8 * 1024 * 1024;

    private static final String API_VERSION = "admission.k8s.io/v1";
    private static final Logger LOG = LoggerFactory.getLogger(AdmissionEndpoint.class);

    private final Admission admission;
    private final boolean mayPatch;
    private final Intake intake;

    /** {@code intake} counts KiB of bodies. */
    AdmissionEndpoint(Admission admission, boolean mayPatch, Intake intake) {
        this.admission = admission;
        this.mayPatch = mayPatch;
        this.intake = intake;
    }

    Reply answer(Call call) throws IOException {
        long bytes = call.length() < 0 ? MAX_BYTES : Math.min(call.length(), MAX_BYTES);
        int weight = (int) Math.max(16, bytes / 1024);
        return intake.inTurn(call, MAX_BYTES, weight, this::answer);
    }

    private Reply answer(InputStream body) throws IOException {
        Map<String, Object> review = read(body);
        String apiVersion = Json.text(review, "apiVersion");
        if (!apiVersion.equals(API_VERSION)
                || !Json.text(review, "kind").equals("AdmissionReview")) {
            throw new Refused(
                    400,
                    "AdmissionReview of "
                            + API_VERSION
                            + " is answered here, not "
                            + Json.text(review, "kind")
                            + " of "
                            + apiVersion
                            + "; the webhook's admissionReviewVersions must hold v1");
        }
        Map<String, Object> asked = Json.object(review, "request");
        String uid = Json.text(asked, "uid");
        if (uid.isEmpty()) {
            throw new Refused(400, "the review has no request.uid");
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("kind", "AdmissionReview");
        reply.put("apiVersion", API_VERSION);
        reply.put("response", response(uid, decide(asked)));
        return Reply.json(200, reply);
    }

    private static Map<String, Object> read(InputStream body) throws IOException {
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(body)) {
            parser.nextToken();
            Json.expect(parser, JsonToken.START_OBJECT, "the review");
            Map<String, Object> review = Json.MAPPER.readValue(parser, Json.OBJECT);
            Json.expectEnd(parser);
            return review;
        }
    }

    private Admission.Answer decide(Map<String, Object> asked) {
        Map<String, Object> kind = Json.object(asked, "kind");
        String group = Json.text(kind, "group");
        String version = Json.text(kind, "version");
        Admission.Request request =
                new Admission.Request(
                        Json.text(asked, "operation"),
                        group.isEmpty() ? version : group + "/" + version,
                        Json.text(kind, "kind"),
                        Json.text(asked, "namespace"),
                        Json.text(asked, "name"),
                        Json.object(asked, "object"),
                        Json.object(asked, "oldObject"),
                        Boolean.TRUE.equals(asked.get("dryRun")));
        Admission.Answer answer = admission.review(request);
        if (answer instanceof Patched && !mayPatch) {
            LOG.error(
                    "validating webhook answered with a patch: kind={} namespace={} name={}",
                    request.kind(),
                    request.namespace(),
                    request.name());
            return new Denied("a validating webhook may not change the object (a bug of Peakmesh)");
        }
        return answer;
    }

    private static Map<String, Object> response(String uid, Admission.Answer answer) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("uid", uid);
        switch (answer) {
            case Allowed allowed -> allow(response, allowed.warnings());
            case Patched patched -> {
                allow(response, patched.warnings());
                if (!patched.patch().isEmpty()) {
                    response.put("patchType", "JSONPatch");
                    response.put("patch", encoded(patched.patch()));
                }
            }
            case Denied denied -> {
                response.put("allowed", false);
                response.put(
                        "status",
                        Map.of("code", 403, "reason", "Forbidden", "message", denied.reason()));
            }
        }
        return response;
    }

    private static void allow(Map<String, Object> response, List<String> warnings) {
        response.put("allowed", true);
        List<String> fitting = Warnings.fitting(warnings);
        if (!fitting.isEmpty()) {
            response.put("warnings", fitting);
        }
    }

    private static String encoded(List<Map<String, Object>> patch) {
        try {
            return Base64.getEncoder().encodeToString(Json.MAPPER.writeValueAsBytes(patch));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("patch cannot be written as JSON", e);
        }
    }
}
