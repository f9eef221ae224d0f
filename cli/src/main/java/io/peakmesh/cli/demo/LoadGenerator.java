package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.demo.Tally.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The shop's customers: asks {@code http://web/} at a fixed rate, whether or not earlier requests
 * came back, and measures from the time a request was due.
 */
final class LoadGenerator implements App {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    /** Requests that may be under way at once; more are counted as failures, not sent. */
    private static final int MAX_UNDER_WAY = 256;

    private final HttpClient http;
    private final long intervalNanos;
    private final Semaphore underWay = new Semaphore(MAX_UNDER_WAY);
    private final Thread clock;
    private volatile boolean asking = true;
    private volatile boolean stopped;
    private List<Outcome> window = new ArrayList<>();

    LoadGenerator(WayOut out, int requestsPerSecond) {
        this.http = out.http();
        this.intervalNanos = 1_000_000_000L / requestsPerSecond;
        this.clock = Thread.ofPlatform().daemon().name("load").start(this::run);
    }

    private void run() {
        long due = System.nanoTime();
        while (asking) {
            LockSupport.parkNanos(due - System.nanoTime());
            if (System.nanoTime() < due) {
                continue;
            }
            long scheduled = due;
            due += intervalNanos;
            if (underWay.tryAcquire()) {
                Thread.ofVirtual().start(() -> ask(scheduled));
            } else {
                add(failed("more than " + MAX_UNDER_WAY + " requests under way", 0));
            }
        }
    }

    private void ask(long scheduled) {
        try {
            Outcome outcome = answerTo(scheduled);
            if (!stopped) {
                add(outcome);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            underWay.release();
        }
    }

    private Outcome answerTo(long scheduled) throws InterruptedException {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create("http://web/"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return read(response, millisSince(scheduled));
        } catch (IOException e) {
            return failed("" + e, millisSince(scheduled));
        }
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    private static Outcome read(HttpResponse<String> response, double millis) throws IOException {
        if (!response.headers().firstValue("content-type").orElse("").contains("json")) {
            return failed("web " + response.statusCode() + " " + response.body().strip(), millis);
        }
        JsonNode body = JSON.readTree(response.body());
        SortedMap<String, String> callers = new TreeMap<>();
        callers.put("web", body.path("caller").asText());
        if (body.has("catalogCaller")) {
            callers.put("catalog", body.path("catalogCaller").asText());
        }
        if (body.has("cartCaller")) {
            callers.put("cart", body.path("cartCaller").asText());
        }
        String reason = "";
        if (response.statusCode() != 200) {
            reason = reason(body);
        }
        return new Outcome(
                response.statusCode() == 200,
                reason,
                body.path("catalogVersion").asText(),
                body.path("cart").asText(),
                callers,
                millis);
    }

    private static String reason(JsonNode body) {
        if (body.has("catalogReason")) {
            return "catalog "
                    + body.path("catalogStatus").asText()
                    + " "
                    + body.path("catalogReason").asText();
        }
        return "cart " + body.path("cartReason").asText();
    }

    private static Outcome failed(String reason, double millis) {
        return new Outcome(false, reason, "", "", new TreeMap<>(), millis);
    }

    private synchronized void add(Outcome outcome) {
        window.add(outcome);
        notifyAll();
    }

    /**
     * Waits until at least {@code requests} have ended since the last call, and returns all that
     * did: every request is counted in one window, none is dropped.
     */
    synchronized List<Outcome> nextOutcomes(int requests) throws InterruptedException {
        while (window.size() < requests) {
            wait();
        }
        List<Outcome> ended = window;
        window = new ArrayList<>();
        return ended;
    }

    Tally next(int requests) throws InterruptedException {
        return Tally.of(nextOutcomes(requests));
    }

    /** Asks no more; what has not come back by the limit is counted as failed. */
    @Override
    public void drain(Duration limit) throws InterruptedException {
        asking = false;
        clock.interrupt();
        clock.join();
        boolean all = underWay.tryAcquire(MAX_UNDER_WAY, limit.toMillis(), TimeUnit.MILLISECONDS);
        stopped = true;
        int lost = all ? 0 : MAX_UNDER_WAY - underWay.availablePermits();
        for (int i = 0; i < lost; i++) {
            add(failed("no answer before the end", (double) limit.toMillis()));
        }
        close();
    }

    @Override
    public void close() {
        asking = false;
        stopped = true;
        clock.interrupt();
        http.shutdownNow();
    }
}
