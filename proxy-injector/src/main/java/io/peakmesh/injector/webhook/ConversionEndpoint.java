package io.peakmesh.injector.webhook;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * One path of conversion (ConversionReview of apiextensions.k8s.io/v1). A list of objects is
 * converted one by one while it is read; only the outcome is held, compressed, because a failure at
 * the end fails the whole list.
 */
final class ConversionEndpoint {
    static final int MAX_BYTES = 64 * 1024 * 1024;

    private final Conversion conversion;
    private final Intake intake;
    private final Semaphore chunkBudget;

    /** {@code intake} counts requests, {@code chunkBudget} the chunks of their {@link Spool}s. */
    ConversionEndpoint(Conversion conversion, Intake intake, Semaphore chunkBudget) {
        this.conversion = conversion;
        this.intake = intake;
        this.chunkBudget = chunkBudget;
    }

    Reply answer(Call call) throws IOException {
        return intake.inTurn(call, MAX_BYTES, 1, this::answer);
    }

    private Reply answer(InputStream body) throws IOException {
        try (ConversionRun run =
                new ConversionRun(conversion, () -> new Spool(chunkBudget), body)) {
            ConversionRun.Outcome outcome = run.outcome();
            return switch (outcome) {
                case ConversionRun.Outcome.Failed(String uid, String why) ->
                        Reply.json(200, review(uid, Map.of("status", "Failure", "message", why)));
                case ConversionRun.Outcome.Done(String uid, Spool objects) ->
                        Reply.json(200, around(uid, objects));
            };
        }
    }

    private static Map<String, Object> review(String uid, Map<String, Object> result) {
        Map<String, Object> response = new LinkedHashMap<>();
        response.put("uid", uid);
        response.put("result", result);
        Map<String, Object> review = new LinkedHashMap<>();
        review.put("kind", "ConversionReview");
        review.put("apiVersion", ConversionRun.API_VERSION);
        review.put("response", response);
        return review;
    }

    private static Reply.Body around(String uid, Spool objects) throws IOException {
        ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        Json.MAPPER.writeValue(envelope, review(uid, Map.of("status", "Success")));
        String whole = envelope.toString(StandardCharsets.UTF_8);
        // The two braces at the end close the response and the review.
        byte[] before =
                (whole.substring(0, whole.length() - 2) + ",\"convertedObjects\":")
                        .getBytes(StandardCharsets.UTF_8);
        byte[] after = "}}".getBytes(StandardCharsets.UTF_8);
        return new Reply.Body() {
            @Override
            public long length() {
                return before.length + objects.length() + after.length;
            }

            @Override
            public void writeTo(OutputStream out) throws IOException {
                out.write(before);
                try (InputStream in = objects.read()) {
                    in.transferTo(out);
                }
                out.write(after);
            }

            @Override
            public void close() {
                objects.close();
            }
        };
    }
}
