package io.peakmesh.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The shop's front: asks the catalog by HTTP and the cart by gRPC, both by their short names, and
 * tells what came of it.
 */
final class WebApp implements App {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Shop.Instance instance;
    private final HttpClient http;
    private final ManagedChannel cart;
    private final App server;

    WebApp(Shop.Instance instance, WayOut out) throws IOException {
        this.instance = instance;
        this.http = out.http();
        this.cart = out.grpc("cart", Shop.GRPC_PORT);
        this.server = HttpApp.start(instance.at(), this::page);
    }

    private HttpApp.Answer page(String path, String caller) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("instance", instance.pod());
        body.put("caller", caller);
        boolean listed = askCatalog(body);
        boolean added = addToCart(body);
        return new HttpApp.Answer(listed && added ? 200 : 502, body);
    }

    private boolean askCatalog(Map<String, Object> body) throws IOException {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create("http://catalog/items"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                body.put("catalogStatus", response.statusCode());
                body.put("catalogReason", response.body().strip());
                return false;
            }
            JsonNode answer = JSON.readTree(response.body());
            body.put("catalogVersion", answer.path("version").asText());
            body.put("catalogCaller", answer.path("caller").asText());
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (IOException e) {
            body.put("catalogReason", "" + e);
            return false;
        }
    }

    private boolean addToCart(Map<String, Object> body) {
        try {
            String[] answer =
                    ClientCalls.blockingUnaryCall(
                                    cart,
                                    CartApp.ADD,
                                    CallOptions.DEFAULT.withDeadlineAfter(
                                            TIMEOUT.toMillis(), TimeUnit.MILLISECONDS),
                                    StringValue.of("apple"))
                            .getValue()
                            .split(" ", -1);
            body.put("cart", answer[0]);
            body.put("cartCaller", answer[1]);
            body.put("ledger", answer[2].substring("ledger:".length()));
            return true;
        } catch (StatusRuntimeException e) {
            body.put("cartReason", e.getStatus().toString());
            // Else gRPC would wait longer and longer before it looks for the cart again.
            cart.resetConnectBackoff();
            return false;
        }
    }

    @Override
    public void leave() {
        server.leave();
    }

    @Override
    public void drain(Duration limit) throws InterruptedException {
        server.drain(limit);
        close();
    }

    @Override
    public void close() {
        server.close();
        cart.shutdownNow();
        http.shutdownNow();
    }
}
