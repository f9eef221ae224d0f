package io.peakmesh.xds.server.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.xds.server.delta.Request;
import io.peakmesh.xds.server.delta.Response;
import io.peakmesh.xds.server.snapshot.Resource;
import io.peakmesh.xds.translator.XdsType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One connection, and a judge beside the server's end of it: what the server sends must be allowed
 * by what has reached it so far.
 */
final class Wire {
    private static final boolean TRACE = Boolean.getBoolean("sim.trace");

    final long id;
    final ArrayDeque<Request> toServer = new ArrayDeque<>();
    final ArrayDeque<Response> toClient = new ArrayDeque<>();
    boolean admitted;
    private boolean moduleRefused;
    private final String workload;
    private final Function<String, Instant> deletedAt;
    private final Set<String> owed = new HashSet<>();
    private final Map<XdsType, Conversation> types = new EnumMap<>(XdsType.class);

    /** What has reached the server about one type. */
    private static final class Conversation {
        final Set<String> subscribed = new HashSet<>();
        final Set<String> asked = new HashSet<>();
        final Map<String, String> acked = new HashMap<>();
        final Set<String> refused = new HashSet<>();
        boolean wildcard;
        @Nullable Response outstanding;
    }

    /**
     * @param deletedAt when the service behind a cluster went away, {@link Instant#MAX} if it is
     *     there
     */
    Wire(long id, String workload, Function<String, Instant> deletedAt) {
        this.id = id;
        this.workload = workload;
        this.deletedAt = deletedAt;
    }

    private void trace(String line) {
        if (TRACE) {
            System.out.println(workload + " " + id + " " + line);
        }
    }

    /** A request reaches the server. */
    void reached(Request request) {
        XdsType type = XdsType.ofUrl(request.typeUrl()).orElseThrow();
        trace("<- " + type + " " + request);
        boolean first = !types.containsKey(type);
        Conversation talk = types.computeIfAbsent(type, _ -> new Conversation());
        if (first) {
            talk.acked.putAll(request.initialVersions());
            talk.wildcard = request.subscribe().isEmpty() && type != XdsType.ENDPOINT;
        }
        Response sent = talk.outstanding;
        if (sent != null && sent.nonce().equals(request.nonce())) {
            answered(talk, sent, request);
        }
        for (String name : request.unsubscribe()) {
            talk.subscribed.remove(name);
            talk.asked.remove(name);
            talk.refused.removeIf(r -> r.startsWith(name + "@"));
            if (talk.wildcard) {
                talk.asked.add(name);
            }
        }
        for (String name : request.subscribe()) {
            if (name.equals("*")) {
                talk.wildcard = true;
            } else {
                talk.subscribed.add(name);
                talk.refused.removeIf(r -> r.startsWith(name + "@"));
                if (!first || !request.initialVersions().containsKey(name)) {
                    talk.asked.add(name);
                }
            }
        }
        if (first && type == XdsType.ENDPOINT) {
            owed.forEach(this::oweEndpoints);
            owed.clear();
        }
    }

    private void answered(Conversation talk, Response sent, Request request) {
        talk.outstanding = null;
        if (request.error().filter(e -> e.contains("dynamic module")).isPresent()) {
            moduleRefused = true;
        }
        if (request.error().isPresent()) {
            sent.removed().forEach(name -> talk.acked.putIfAbsent(name, "perhaps"));
        }
        for (Response.Item item : sent.resources()) {
            Resource resource = item.resource();
            if (request.error().isEmpty()) {
                talk.acked.put(resource.name(), resource.version());
            } else if (sent.resources().size() == 1
                    || request.error().get().contains(resource.name() + ":")) {
                talk.refused.add(resource.name() + "@" + resource.version());
            } else {
                talk.acked.put(resource.name(), "perhaps");
            }
        }
    }

    /** The server sends. */
    void sent(Response response, Instant now, Duration order) {
        Conversation talk = types.get(response.type());
        trace("-> " + response);
        assertThat(talk).as("response before the first request: %s", response).isNotNull();
        if (talk == null) {
            return;
        }
        assertThat(talk.outstanding).as("two responses at once: %s", response).isNull();
        talk.outstanding = response;
        Set<String> names = new HashSet<>();
        Set<String> aliases = new HashSet<>();
        for (Response.Item item : response.resources()) {
            Resource resource = item.resource();
            assertThat(names.add(resource.name())).as("twice: %s", response).isTrue();
            assertThat(moduleRefused && SimTranslator.namesModule(ModelEnvoy.content(resource)))
                    .as("the module again: %s", response)
                    .isFalse();
            judge(talk, response, item);
            item.aliases().forEach(talk.asked::remove);
            aliases.addAll(item.aliases());
            talk.asked.remove(resource.name());
            if (response.type() == XdsType.CLUSTER) {
                oweEndpoints(resource.name());
            }
        }
        for (String name : response.removed()) {
            assertThat(names.add(name)).as("twice: %s", response).isTrue();
            boolean asked = talk.asked.remove(name) || aliases.contains(name);
            assertThat(asked || talk.acked.containsKey(name))
                    .as("removal of %s, which was neither held nor asked for", name)
                    .isTrue();
            boolean again = "perhaps".equals(talk.acked.remove(name));
            if (response.type() == XdsType.CLUSTER && !asked && !again) {
                judgeOrder(name, now, order);
            }
        }
        toClient.add(response);
    }

    /** A cluster that was sent wants its endpoints again, if the client is subscribed to them. */
    private void oweEndpoints(String name) {
        Conversation endpoints = types.get(XdsType.ENDPOINT);
        if (endpoints == null) {
            owed.add(name);
        } else if (endpoints.subscribed.contains(name)) {
            endpoints.asked.add(name);
        }
    }

    /** Whether the client waits for an answer about this name, or may have lost the last one. */
    boolean owes(XdsType type, String name) {
        Conversation talk = types.get(type);
        return talk != null
                && (talk.asked.contains(name) || "perhaps".equals(talk.acked.get(name)));
    }

    private void judge(Conversation talk, Response response, Response.Item item) {
        Resource resource = item.resource();
        String name = resource.name();
        boolean asked = talk.asked.contains(name) || !item.aliases().isEmpty();
        assertThat(talk.subscribed.contains(name) || talk.wildcard || !item.aliases().isEmpty())
                .as("not subscribed: %s", resource)
                .isTrue();
        if (response.type() == XdsType.LISTENER) {
            assertThat(resource.body().toStringUtf8()).as("another's").contains(workload);
        }
        if (!asked) {
            assertThat(talk.acked.get(name))
                    .as("%s %s sent again unchanged", response.type(), resource)
                    .isNotEqualTo(resource.version());
            assertThat(talk.refused)
                    .as("refused and sent again")
                    .doesNotContain(name + "@" + resource.version());
        }
        talk.refused.removeIf(
                r -> r.startsWith(name + "@") && !r.endsWith("@" + resource.version()));
    }

    private void judgeOrder(String cluster, Instant now, Duration order) {
        Conversation hosts = types.get(XdsType.VIRTUAL_HOST);
        String host = "outbound/" + cluster.substring(cluster.indexOf('/') + 1);
        if (hosts != null && hosts.acked.containsKey(host)) {
            boolean absent = "absent".equals(hosts.acked.get(host));
            boolean late = !now.isBefore(deletedAt.apply(cluster).plus(order));
            assertThat(absent || late)
                    .as("%s removed while a virtual host uses it", cluster)
                    .isTrue();
        }
    }

    /** Names that the server owes an answer. */
    Set<String> unanswered() {
        Set<String> all = new HashSet<>();
        types.forEach((type, talk) -> talk.asked.forEach(name -> all.add(type + " " + name)));
        return all;
    }
}
