package io.peakmesh.kube.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An API server that says what a test has written for it: lists are answered in turn (the last one
 * for ever), a watch sends the lines that are put into it. What was not written is an empty list,
 * and a watch that says nothing.
 */
final class FakeApi implements AutoCloseable {
    /** Ends a watch cleanly. */
    static final String END = "END";

    /** Breaks the connection. */
    static final String CUT = "CUT";

    record Answer(int code, String body) {}

    final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, Queue<Answer>> lists = new ConcurrentHashMap<>();
    private final Map<String, Queue<Answer>> watchAnswers = new ConcurrentHashMap<>();
    private final Map<String, BlockingQueue<String>> watches = new ConcurrentHashMap<>();
    private final Map<String, Thread> watchers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;

    FakeApi() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    KubernetesClient client() {
        Config config =
                new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Answers the next lists of a resource, or another path, so; the last one stays. */
    FakeApi answers(String path, Answer... answers) {
        lists.put(path, new ConcurrentLinkedQueue<>(List.of(answers)));
        return this;
    }

    /** Answers the next watches of a resource so, before any is opened. */
    FakeApi refusesWatches(String path, Answer... answers) {
        watchAnswers.put(path, new ConcurrentLinkedQueue<>(List.of(answers)));
        return this;
    }

    /** Sends a line to the watch of a resource that is open, or will be. */
    void says(String path, String line) {
        queue(path).add(line);
    }

    List<String> requestsOf(String path, String part) {
        return requests.stream().filter(r -> r.startsWith(path + "?") && r.contains(part)).toList();
    }

    static Answer list(String version, String next, String... items) {
        return new Answer(
                200,
                "{\"metadata\":{\"resourceVersion\":\"%s\",\"continue\":\"%s\"},\"items\":[%s]}"
                        .formatted(version, next, String.join(",", items)));
    }

    static Answer refusal(int code, String message) {
        return new Answer(
                code,
                "{\"kind\":\"Status\",\"code\":%d,\"message\":\"%s\"}".formatted(code, message));
    }

    private BlockingQueue<String> queue(String path) {
        return watches.computeIfAbsent(path, p -> new LinkedBlockingQueue<>());
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        requests.add(path + "?" + query);
        Queue<Answer> refusals = watchAnswers.getOrDefault(path, new ConcurrentLinkedQueue<>());
        if (!query.contains("watch=true")) {
            Queue<Answer> queue = lists.getOrDefault(path, new ConcurrentLinkedQueue<>());
            Answer answer = queue.size() > 1 ? queue.poll() : queue.peek();
            answer(exchange, answer == null ? list("1", "") : answer);
        } else if (refusals.peek() != null) {
            answer(exchange, refusals.remove());
        } else {
            watch(exchange, path);
        }
    }

    private static void answer(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.code(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private void watch(HttpExchange exchange, String path) throws IOException {
        Thread before = watchers.put(path, Thread.currentThread());
        if (before != null) {
            // its client is gone, and it must not take what is for this one
            before.interrupt();
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        out.flush();
        try {
            for (String line = queue(path).take(); !line.equals(END); line = queue(path).take()) {
                if (line.equals(CUT)) {
                    throw new IOException("cut");
                }
                out.write(line.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
            out.close();
        } catch (InterruptedException stop) {
            throw new IOException("another watch came", stop);
        } finally {
            watchers.remove(path, Thread.currentThread());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        server.stop(0);
    }
}
