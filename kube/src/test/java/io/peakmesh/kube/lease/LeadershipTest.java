package io.peakmesh.kube.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.peakmesh.kube.connect.ScriptedApi;
import io.peakmesh.kube.connect.ScriptedApi.Answer;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeadershipTest {
    private static final long DEADLINE = LeaseRecord.DEADLINE.toNanos();

    private volatile String lease = "";
    private volatile String atLoss = "";
    private final AtomicBoolean away = new AtomicBoolean();
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    private ScriptedApi server() throws IOException {
        return new ScriptedApi(asked -> {
            if (away.get()) {
                return Answer.refusal(503, "away");
            }
            if (!asked.method().equals("GET")) {
                lease = asked.body();
            }
            return lease.isEmpty() ? Answer.refusal(404, "not found") : Answer.of(200, lease);
        });
    }

    private Leadership leadership(ScriptedApi server) {
        return new Leadership(
                server.client(),
                "peakmesh",
                "peakmesh-leader",
                "a",
                InstantSource.system(),
                nanos::get);
    }

    @Test
    void doesNotLeadPastTheDeadlineAndLeadsAgainWhenTheServerIsBack() throws IOException {
        try (ScriptedApi server = server();
                Leadership leadership = leadership(server)) {
            leadership.start(() -> calls.add("elected"), () -> calls.add("lost"));
            await().until(() -> calls.contains("elected"));
            assertThat(leadership.leader()).isTrue();
            away.set(true);
            nanos.addAndGet(DEADLINE);
            assertThat(leadership.leader()).isFalse();
            await().until(() -> calls.contains("lost"));
            away.set(false);
            await().until(() -> calls.size() == 3);
            assertThat(calls).containsExactly("elected", "lost", "elected");
            assertThat(leadership.leader()).isTrue();
        }
    }

    @Test
    void endsItsWorkBeforeItGivesTheLeaseUp() throws IOException {
        try (ScriptedApi server = server()) {
            Leadership leadership = leadership(server);
            leadership.start(() -> calls.add("elected"), () -> atLoss = lease);
            await().until(() -> calls.contains("elected"));
            leadership.close();
            assertThat(atLoss).contains("\"holderIdentity\":\"a\"");
            assertThat(lease).contains("\"holderIdentity\":\"\"");
            assertThat(leadership.leader()).isFalse();
        }
    }

    @Test
    void keepsTheLeaseIfItsWorkDoesNotEnd() throws IOException {
        try (ScriptedApi server = server()) {
            Leadership leadership = leadership(server);
            leadership.start(
                    () -> calls.add("elected"),
                    () -> {
                        throw new IllegalStateException("stuck");
                    });
            await().until(() -> calls.contains("elected"));
            leadership.close();
            assertThat(lease).contains("\"holderIdentity\":\"a\"");
        }
    }

    @Test
    void anothersLeaseIsLeftAlone() throws IOException {
        String others =
                "{\"spec\": {\"holderIdentity\": \"b\", \"renewTime\": \"t\","
                        + " \"leaseDurationSeconds\": 15}}";
        lease = others;
        try (ScriptedApi server = server();
                Leadership leadership = leadership(server)) {
            leadership.start(() -> calls.add("elected"), () -> calls.add("lost"));
            await().until(() -> server.asked("GET") >= 2);
            assertThat(leadership.leader()).isFalse();
            assertThat(lease).isEqualTo(others);
        }
        assertThat(lease).isEqualTo(others);
        assertThat(calls).isEmpty();
    }
}
