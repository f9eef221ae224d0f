package io.peakmesh.cli.admin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The control plane's answers to {@code mesh diagnostics}. Listens on loopback only; the file
 * {@value #FILE} in the state folder (mode 0600) says where, and holds the password.
 */
public final class AdminServer implements Closeable {
    static final String FILE = "admin.json";

    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final byte[] expected;
    private final Path file;
    private final byte[] content;

    /** Answers one path. */
    public interface Handler {
        /**
         * {@code query} holds the request's parameters. Throws IllegalArgumentException for 400.
         */
        Object answer(Map<String, String> query);
    }

    /**
     * Starts to listen on a free loopback port.
     *
     * @param routes {@code METHOD /path} → who answers
     */
    public static AdminServer start(Path state, SecureRandom random, Map<String, Handler> routes)
            throws IOException {
        byte[] secret = new byte[24];
        random.nextBytes(secret);
        AdminServer admin = new AdminServer(state, HexFormat.of().formatHex(secret), routes);
        admin.server.start();
        return admin;
    }

    private AdminServer(Path state, String password, Map<String, Handler> routes)
            throws IOException {
        this.expected = ("Bearer " + password).getBytes(StandardCharsets.UTF_8);
        this.file = state.resolve(FILE);
        this.server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        server.setExecutor(threads);
        Map<String, Handler> table = new TreeMap<>(routes);
        server.createContext("/", exchange -> serve(exchange, table));
        this.content =
                JSON.writeValueAsBytes(
                        Map.of(
                                "url",
                                "http://127.0.0.1:" + server.getAddress().getPort(),
                                "password",
                                password));
        writePrivately();
    }

    private void writePrivately() throws IOException {
        Path beside =
                Files.createTempFile(
                        file.getParent(),
                        ".admin",
                        "",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        Files.write(beside, content);
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private void serve(HttpExchange exchange, Map<String, Handler> routes) throws IOException {
        try (exchange) {
            String authorization = exchange.getRequestHeaders().getFirst("authorization");
            if (authorization == null
                    || !MessageDigest.isEqual(
                            expected, authorization.getBytes(StandardCharsets.UTF_8))) {
                send(exchange, 401, Map.of("error", "wrong password"));
                return;
            }
            String path = exchange.getRequestURI().getPath();
            Handler handler = routes.get(exchange.getRequestMethod() + " " + path);
            if (handler == null) {
                send(exchange, 404, Map.of("error", "no such path: " + path));
                return;
            }
            try {
                send(exchange, 200, handler.answer(query(exchange)));
            } catch (IllegalArgumentException wrong) {
                send(exchange, 400, Map.of("error", "" + wrong.getMessage()));
            } catch (RuntimeException bug) {
                LOG.error("request not answered: path={}", path, bug);
                send(exchange, 500, Map.of("error", "the control plane failed; see its log"));
            }
        }
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new TreeMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        if (raw != null) {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(
                            decoded(pair.substring(0, equals)),
                            decoded(pair.substring(equals + 1)));
                }
            }
        }
        return query;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Ends it; the file stays if another control plane has put its own in its place. */
    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdownNow();
        if (Files.exists(file) && Arrays.equals(content, Files.readAllBytes(file))) {
            Files.delete(file);
        }
    }
}
