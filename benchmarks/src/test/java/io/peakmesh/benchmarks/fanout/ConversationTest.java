package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.peakmesh.benchmarks.fanout.Conversation.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final Uses uses = Uses.of(new Plan(4, 3, 1, 2), 1);
    private final Conversation conversation = new Conversation(uses);
    private final List<Message> asked = new ArrayList<>();

    private void answer(Type type, String... names) throws IOException {
        answer(type, "v1", List.of(names));
    }

    private void answer(Type type, String version, List<String> names) throws IOException {
        List<Message> out =
                conversation.on(Answers.read(Answers.of(type, "nonce", version, names)));
        assertThat(out.getFirst()).isEqualTo(new Message(type, List.of(), "nonce"));
        asked.addAll(out.subList(1, out.size()));
    }

    private void answerUpToVirtualHosts() throws IOException {
        answer(Type.CLUSTER, "passthrough");
        answer(Type.LISTENER, "outbound", "inbound");
        answer(Type.SECRET, "id");
        answer(Type.ROUTE, "outbound");
        answer(Type.SECRET, "roots");
        answer(Type.VIRTUAL_HOST, "outbound/reserved");
    }

    @Test
    void asksAsASidecarDoes() throws IOException {
        asked.add(conversation.open());
        answerUpToVirtualHosts();
        answer(Type.VIRTUAL_HOST, "v1", uses.virtualHosts());
        answer(Type.CLUSTER, "v1", uses.clusters());
        assertThat(conversation.configured()).isFalse();
        answer(Type.ENDPOINT, "v1", uses.clusters());

        assertThat(conversation.configured()).isTrue();
        assertThat(asked).allMatch(Message::asks);
        assertThat(asked)
                .extracting(Message::type, Message::names)
                .containsExactly(
                        tuple(Type.CLUSTER, List.of()),
                        tuple(Type.LISTENER, List.of()),
                        tuple(Type.ROUTE, List.of("outbound")),
                        tuple(Type.SECRET, List.of("id", "roots")),
                        tuple(Type.VIRTUAL_HOST, List.of()),
                        tuple(Type.VIRTUAL_HOST, uses.virtualHosts()),
                        tuple(Type.CLUSTER, uses.clusters()),
                        tuple(Type.ENDPOINT, uses.clusters()));
    }

    @Test
    void isNotConfiguredBeforeItHasItsSecrets() throws IOException {
        answer(Type.CLUSTER);
        answer(Type.LISTENER);
        answer(Type.ROUTE, "outbound");
        answer(Type.VIRTUAL_HOST, "outbound/reserved");
        answer(Type.VIRTUAL_HOST, "v1", uses.virtualHosts());
        answer(Type.CLUSTER, "v1", uses.clusters());
        answer(Type.ENDPOINT, "v1", uses.clusters());
        answer(Type.SECRET, "id");
        assertThat(conversation.configured()).isFalse();

        answer(Type.SECRET, "roots");

        assertThat(conversation.configured()).isTrue();
    }

    @Test
    void waitsForEveryNameWhenTheAnswerComesInParts() throws IOException {
        answerUpToVirtualHosts();
        answer(Type.VIRTUAL_HOST, uses.virtualHosts().getFirst());
        assertThat(asked.getLast().type()).isEqualTo(Type.VIRTUAL_HOST);

        answer(Type.VIRTUAL_HOST, uses.virtualHosts().getLast());

        assertThat(asked.getLast().type()).isEqualTo(Type.CLUSTER);
    }

    @Test
    void doesNotAskForClustersThatCameUnasked() throws IOException {
        answer(Type.CLUSTER, "v1", uses.clusters());
        answer(Type.LISTENER);
        answer(Type.ROUTE, "outbound");
        answer(Type.VIRTUAL_HOST, "outbound/reserved");
        answer(Type.VIRTUAL_HOST, "v1", uses.virtualHosts());

        assertThat(asked.getLast().type()).isEqualTo(Type.ENDPOINT);
        assertThat(asked).noneMatch(m -> m.type() == Type.CLUSTER);
    }

    @Test
    void asksOnlyForTheVirtualHostsThatDidNotComeUnasked() throws IOException {
        answer(Type.CLUSTER);
        answer(Type.LISTENER);
        answer(Type.ROUTE, "outbound");
        answer(Type.VIRTUAL_HOST, "outbound/reserved", uses.virtualHosts().getFirst());

        assertThat(asked.getLast())
                .isEqualTo(
                        new Message(Type.VIRTUAL_HOST, List.of(uses.virtualHosts().getLast()), ""));
    }

    @Test
    void remembersTheVersionOfEndpoints() throws IOException {
        answer(Type.ENDPOINT, "v1", uses.clusters());
        answer(Type.ENDPOINT, "v2", List.of(uses.clusters().getLast()));

        assertThat(conversation.version(0)).isEqualTo(DeltaResponse.hash("v1"));
        assertThat(conversation.version(1)).isEqualTo(DeltaResponse.hash("v2"));
    }

    @Test
    void aNameThatTheControlPlaneDoesNotHaveEndsTheRun() throws IOException {
        answerUpToVirtualHosts();
        DeltaResponse removal =
                Answers.read(Answers.removal(Type.VIRTUAL_HOST, uses.virtualHosts().getFirst()));

        assertThatThrownBy(() -> conversation.on(removal))
                .hasMessage("the control plane has no " + uses.virtualHosts().getFirst());
    }
}
