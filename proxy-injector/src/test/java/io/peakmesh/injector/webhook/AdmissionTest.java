package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.injector.webhook.Admission.Answer.Allowed;
import io.peakmesh.injector.webhook.Admission.Answer.Denied;
import io.peakmesh.injector.webhook.Admission.Answer.Patched;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AdmissionTest {
    private final Calls calls = new Calls();

    @AfterEach
    void close() {
        calls.close();
    }

    private Calls validating(Admission admission) throws Exception {
        return calls.serving(calls.builder().validate("/validate", admission));
    }

    @Test
    void handsOverWhatIsAskedAndEchoesTheUid() throws Exception {
        AtomicReference<Admission.Request> seen = new AtomicReference<>();
        validating(request -> {
            seen.set(request);
            return new Allowed(List.of());
        });
        Map<String, Object> object = Map.of("spec", Map.of("weight", 5));
        JsonNode response =
                calls.post("/validate", Calls.admissionReview("CREATE", object))
                        .body()
                        .get("response");
        assertThat(response.toString()).isEqualTo("{\"uid\":\"705ab4f5\",\"allowed\":true}");
        assertThat(seen.get())
                .isEqualTo(
                        new Admission.Request(
                                "CREATE",
                                "split.smi-spec.io/v1alpha4",
                                "TrafficSplit",
                                "shop",
                                "cart",
                                object,
                                Map.of(),
                                true));
    }

    @Test
    void takesNullAndMissingMembersAsEmpty() throws Exception {
        AtomicReference<Admission.Request> seen = new AtomicReference<>();
        validating(request -> {
            seen.set(request);
            return new Allowed(List.of());
        });
        calls.postText(
                "/validate",
                """
                {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u",
                "kind":{"group":"","version":"v1","kind":"Pod"},"operation":"DELETE",
                "object":null,"oldObject":{"a":1}}}\
                """);
        assertThat(seen.get())
                .isEqualTo(
                        new Admission.Request(
                                "DELETE", "v1", "Pod", "", "", Map.of(), Map.of("a", 1), false));
    }

    @Test
    void tellsWhyAnObjectIsDenied() throws Exception {
        validating(request -> new Denied("weights are all zero"));
        JsonNode response =
                calls.post("/validate", Calls.admissionReview("CREATE", Map.of()))
                        .body()
                        .get("response");
        assertThat(response.get("allowed").asBoolean()).isFalse();
        assertThat(response.at("/status/code").asInt()).isEqualTo(403);
        assertThat(response.at("/status/message").asText()).isEqualTo("weights are all zero");
    }

    @Test
    void deniesWhereAValidatingWebhookWouldPatch() throws Exception {
        validating(request -> new Patched(List.of(Map.of("op", "remove")), List.of()));
        JsonNode response =
                calls.post("/validate", Calls.admissionReview("CREATE", Map.of()))
                        .body()
                        .get("response");
        assertThat(response.get("allowed").asBoolean()).isFalse();
        assertThat(response.has("patch")).isFalse();
        assertThat(response.at("/status/message").asText()).contains("may not change");
    }

    @Test
    void sendsThePatchOfAMutatingWebhook() throws Exception {
        List<Map<String, Object>> patch =
                List.of(Map.of("op", "add", "path", "/spec/x", "value", "é"));
        calls.serving(
                calls.builder().mutate("/mutate", r -> new Patched(patch, List.of("changed"))));
        JsonNode response =
                calls.post("/mutate", Calls.admissionReview("CREATE", Map.of()))
                        .body()
                        .get("response");
        assertThat(response.get("patchType").asText()).isEqualTo("JSONPatch");
        assertThat(response.at("/warnings/0").asText()).isEqualTo("changed");
        byte[] decoded = Base64.getDecoder().decode(response.get("patch").asText());
        assertThat(Calls.JSON.readTree(decoded)).isEqualTo(Calls.JSON.valueToTree(patch));
    }

    @Test
    void sendsNoPatchWhereNothingChanges() throws Exception {
        calls.serving(calls.builder().mutate("/mutate", r -> new Patched(List.of(), List.of())));
        JsonNode response =
                calls.post("/mutate", Calls.admissionReview("CREATE", Map.of()))
                        .body()
                        .get("response");
        assertThat(response.toString()).isEqualTo("{\"uid\":\"705ab4f5\",\"allowed\":true}");
    }

    @Test
    void refusesTheOldReviewVersionByName() throws Exception {
        validating(request -> new Allowed(List.of()));
        Map<String, Object> old = new HashMap<>(Calls.admissionReview("CREATE", Map.of()));
        old.put("apiVersion", "admission.k8s.io/v1beta1");
        Calls.Answer answer = calls.post("/validate", old);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().get("kind").asText()).isEqualTo("Status");
        assertThat(answer.body().get("message").asText())
                .contains("admission.k8s.io/v1beta1", "admissionReviewVersions must hold v1");
    }

    @Test
    void answersAnErrorWhenTheHandlerFailsAndServesOn() throws Exception {
        validating(request -> {
            if (request.operation().equals("UPDATE")) {
                throw new IllegalStateException("secret detail");
            }
            return new Allowed(List.of());
        });
        Calls.Answer failed = calls.post("/validate", Calls.admissionReview("UPDATE", Map.of()));
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.body().get("reason").asText()).isEqualTo("InternalError");
        assertThat(failed.raw().body()).doesNotContain("secret");
        assertThat(calls.post("/validate", Calls.admissionReview("CREATE", Map.of())).status())
                .isEqualTo(200);
    }

    @Test
    void answersAThousandReviewsAtOnce() throws Exception {
        validating(request -> new Denied("object " + request.object().get("number")));
        List<SSLSocket> callers = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                SSLSocket caller = calls.socket();
                callers.add(caller);
                caller.startHandshake();
            }
            for (int i = 0; i < 1000; i++) {
                byte[] body =
                        Calls.JSON.writeValueAsBytes(
                                Calls.admissionReview("CREATE", Map.of("number", i)));
                String head =
                        """
                        POST /validate HTTP/1.1
                        connection: close
                        content-length: %d

                        """
                                .formatted(body.length)
                                .replace("\n", "\r\n");
                OutputStream out = callers.get(i).getOutputStream();
                out.write(head.getBytes(StandardCharsets.US_ASCII));
                out.write(body);
                out.flush();
            }
            for (int i = 0; i < 1000; i++) {
                byte[] answer = callers.get(i).getInputStream().readAllBytes();
                assertThat(new String(answer, StandardCharsets.UTF_8))
                        .startsWith("HTTP/1.1 200")
                        .contains("\"object " + i + "\"");
            }
        } finally {
            for (SSLSocket caller : callers) {
                caller.close();
            }
        }
    }
}
