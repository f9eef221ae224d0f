package io.peakmesh.identity.attest;

import io.peakmesh.identity.attest.TokenReviewer.Answer;
import io.peakmesh.identity.key.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks the cluster about tokens, at a bounded rate, and remembers yes and no for a short time under
 * the token's SHA-256. No answer at all is not remembered.
 */
final class Reviews {
    /** About 200 KB; the one asked about longest ago is forgotten first. */
    private static final int MAX_REMEMBERED = 1024;

    private record Remembered(Answer answer, Instant until) {}

    private final TokenReviewer reviewer;
    private final PodTokens.Settings settings;

    /** In the order of asking. */
    private final Map<String, Remembered> remembered = new LinkedHashMap<>();

    private double left;
    private Instant refilled;

    Reviews(TokenReviewer reviewer, PodTokens.Settings settings, Instant now) {
        this.reviewer = reviewer;
        this.settings = settings;
        this.left = settings.reviewBurst();
        this.refilled = now;
    }

    Answer review(String token, Instant now) {
        String hash =
                HexFormat.of().formatHex(Sha256.of(token.getBytes(StandardCharsets.US_ASCII)));
        Optional<Answer> known = knownOrAllowed(hash, now);
        if (known.isPresent()) {
            return known.get();
        }
        Answer answer = ask(token);
        if (!(answer instanceof Answer.Unavailable)) {
            remember(hash, new Remembered(answer, now.plus(settings.reviewRemembered())));
        }
        return answer;
    }

    /** What is remembered, or that it may not be asked now; empty if it may, which is counted. */
    private synchronized Optional<Answer> knownOrAllowed(String hash, Instant now) {
        Remembered before = remembered.get(hash);
        if (before != null && now.isBefore(before.until())) {
            return Optional.of(before.answer());
        }
        // A clock that was set back refills nothing and takes nothing away.
        double seconds = Math.max(0, Duration.between(refilled, now).toMillis() / 1000.0);
        left = Math.min(settings.reviewBurst(), left + seconds * settings.reviewsPerSecond());
        refilled = now;
        if (left < 1) {
            return Optional.of(
                    new Answer.Unavailable("too many tokens with unknown keys are asked about"));
        }
        left--;
        return Optional.empty();
    }

    private Answer ask(String token) {
        try {
            return reviewer.review(token, PodTokens.AUDIENCE);
        } catch (RuntimeException e) {
            // Its message might hold what was sent.
            return new Answer.Unavailable("asking failed with " + e.getClass().getSimpleName());
        }
    }

    private synchronized void remember(String hash, Remembered answer) {
        remembered.remove(hash);
        remembered.put(hash, answer);
        if (remembered.size() > MAX_REMEMBERED) {
            remembered.remove(remembered.keySet().iterator().next());
        }
    }
}
