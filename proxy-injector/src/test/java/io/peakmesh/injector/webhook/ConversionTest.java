package io.peakmesh.injector.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.peakmesh.injector.webhook.Conversion.Converted;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConversionTest {
    private static final String OLD = "split.smi-spec.io/v1alpha1";
    private static final String NEW = "split.smi-spec.io/v1alpha4";

    private final Calls calls = new Calls();

    @AfterEach
    void close() {
        calls.close();
    }

    private static Converted renamed(Map<String, Object> object, String desired) {
        if (object.get("spec") instanceof Map<?, ?> spec && spec.containsKey("bad")) {
            return new Converted.Failed("weight is no number");
        }
        Map<String, Object> converted = new LinkedHashMap<>(object);
        converted.put("apiVersion", desired);
        return new Converted.Done(converted);
    }

    private static Map<String, Object> split(String name, Object spec) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("apiVersion", OLD);
        object.put("kind", "TrafficSplit");
        object.put("metadata", Map.of("namespace", "shop", "name", name));
        object.put("spec", spec);
        return object;
    }

    private static String review(List<?> objects) throws Exception {
        return "{\"kind\":\"ConversionReview\",\"apiVersion\":\"apiextensions.k8s.io/v1\","
                + "\"request\":{\"uid\":\"u-1\",\"desiredAPIVersion\":\""
                + NEW
                + "\",\"objects\":"
                + Calls.JSON.writeValueAsString(objects)
                + "}}";
    }

    private JsonNode convert(String review) throws Exception {
        Calls.Answer answer =
                calls.serving(calls.builder().convert("/convert", ConversionTest::renamed))
                        .postText("/convert", review);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().get("response");
    }

    @Test
    void convertsFiveThousandObjectsInTheirOrder() throws Exception {
        List<Object> objects = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            objects.add(split("s" + i, Map.of("text", "é".repeat(1000), "half", 0.5)));
        }
        JsonNode response = convert(review(objects));
        assertThat(response.get("uid").asText()).isEqualTo("u-1");
        assertThat(response.at("/result/status").asText()).isEqualTo("Success");
        JsonNode converted = response.get("convertedObjects");
        assertThat(converted).hasSize(5000);
        for (int i = 0; i < 5000; i++) {
            assertThat(converted.get(i).get("apiVersion").asText()).isEqualTo(NEW);
            assertThat(converted.get(i).at("/metadata/name").asText()).isEqualTo("s" + i);
        }
        assertThat(converted.get(4999).get("spec"))
                .isEqualTo(Calls.JSON.valueToTree(Map.of("text", "é".repeat(1000), "half", 0.5)));
    }

    @Test
    void holdsNoObjectOfAListThatIsConverted() throws Exception {
        List<WeakReference<Object>> seen = new ArrayList<>();
        List<Long> held = new ArrayList<>();
        Conversion conversion =
                (object, desired) -> {
                    seen.add(new WeakReference<>(object));
                    if (seen.size() % 1000 == 0) {
                        System.gc();
                        held.add(seen.stream().filter(ref -> ref.get() != null).count());
                    }
                    return renamed(object, desired);
                };
        List<Object> objects = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            objects.add(split("s" + i, Map.of("text", "weights and backends ".repeat(300))));
        }
        byte[] body = review(objects).getBytes(StandardCharsets.UTF_8);
        Semaphore budget = new Semaphore(1000);
        try (ConversionRun run =
                        new ConversionRun(
                                conversion,
                                () -> new Spool(budget),
                                new ByteArrayInputStream(body));
                Spool result = ((ConversionRun.Outcome.Done) run.outcome()).objects()) {
            assertThat(result.length()).isGreaterThan(30_000_000);
            int chunks = 1000 - budget.availablePermits();
            assertThat(chunks * Spool.CHUNK_BYTES).isLessThan(3_000_000);
            try (InputStream in = result.read()) {
                assertThat(Calls.JSON.readTree(in)).hasSize(5000);
            }
        }
        assertThat(held).hasSize(5).allMatch(count -> count <= 2);
        assertThat(budget.availablePermits()).isEqualTo(1000);
    }

    @Test
    void oneObjectThatFailsFailsTheListAndIsNamed() throws Exception {
        JsonNode response =
                convert(
                        review(
                                List.of(
                                        split("a", Map.of()),
                                        split("b", Map.of("bad", 1)),
                                        split("c", Map.of("bad", 2)))));
        assertThat(response.get("uid").asText()).isEqualTo("u-1");
        assertThat(response.has("convertedObjects")).isFalse();
        assertThat(response.at("/result/status").asText()).isEqualTo("Failure");
        assertThat(response.at("/result/message").asText())
                .isEqualTo("TrafficSplit shop/b: weight is no number");
    }

    @Test
    void takesTheMembersInAnyOrder() throws Exception {
        String objects = Calls.JSON.writeValueAsString(List.of(split("a", Map.of("n", 1))));
        JsonNode response =
                convert(
                        "{\"request\":{\"objects\":"
                                + objects
                                + ",\"more\":[{}],\"desiredAPIVersion\":\""
                                + NEW
                                + "\",\"uid\":\"last\"},\"apiVersion\":"
                                + "\"apiextensions.k8s.io/v1\"}");
        assertThat(response.get("uid").asText()).isEqualTo("last");
        assertThat(response.at("/convertedObjects/0/apiVersion").asText()).isEqualTo(NEW);
        assertThat(response.at("/convertedObjects/0/spec/n").asInt()).isEqualTo(1);
    }

    @Test
    void leavesAloneWhatHasTheVersionAlready() throws Exception {
        Map<String, Object> already = split("a", Map.of("bad", 1));
        already.put("apiVersion", NEW);
        JsonNode response = convert(review(List.of(already)));
        assertThat(response.get("convertedObjects"))
                .isEqualTo(Calls.JSON.valueToTree(List.of(already)));
    }

    @Test
    void answersAnEmptyList() throws Exception {
        assertThat(convert(review(List.of())).get("convertedObjects")).isEmpty();
    }

    @Test
    void refusesTheOldReviewVersionAndReviewsThatLackMembers() throws Exception {
        calls.serving(calls.builder().convert("/convert", ConversionTest::renamed));
        String good = review(List.of());
        for (String bad :
                List.of(
                        good.replace("k8s.io/v1\"", "k8s.io/v1beta1\""),
                        good.replace("\"uid\"", "\"id\""),
                        good.replace("desiredAPIVersion", "desired"),
                        good.replace("\"objects\"", "\"things\""),
                        good.replace("[]", "[1]"),
                        good.replace("[]", "{}"),
                        good.replace("[]", "[],\"objects\":[]"),
                        good + "{}")) {
            Calls.Answer answer = calls.postText("/convert", bad);
            assertThat(answer.status()).as(bad).isEqualTo(400);
            assertThat(answer.body().get("kind").asText()).isEqualTo("Status");
        }
    }

    @Test
    void refusesWhatIsTooMuchAtOnceAndGivesTheMemoryBack() throws Exception {
        Semaphore budget = new Semaphore(1);
        byte[] noise = new byte[200_000];
        new java.util.Random(7).nextBytes(noise);
        String body = review(List.of(split("a", java.util.HexFormat.of().formatHex(noise))));
        Gate gate = new Gate(1, 0);
        try (ConversionRun run =
                new ConversionRun(
                        ConversionTest::renamed,
                        () -> new Spool(budget),
                        new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(org.assertj.core.api.Assertions.catchThrowable(run::outcome))
                    .isInstanceOf(Spool.Full.class)
                    .hasMessageContaining("at once");
        }
        assertThat(budget.availablePermits()).isEqualTo(1);
        try (Gate.Pass first = gate.enter(1)) {
            assertThat(first).isNotNull();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> gate.enter(1)))
                    .isInstanceOf(Refused.class);
        }
        try (Gate.Pass again = gate.enter(5)) {
            assertThat(again).isNotNull();
        }
    }
}
