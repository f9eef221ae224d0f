package io.peakmesh.benchmarks.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlanTest {
    private final Plan plan = new Plan(1000, 100, 10, 3);

    @Test
    void aStreamUsesAServiceIfAndOnlyIfItIsAmongTheServicesUsers() {
        for (int service = 0; service < plan.services(); service++) {
            int wanted = service;
            assertThat(plan.usersOf(service))
                    .containsExactlyElementsOf(
                            IntStream.range(0, plan.streams())
                                    .filter(stream -> plan.usedBy(stream).contains(wanted))
                                    .boxed()
                                    .toList());
        }
    }

    @Test
    void everyServiceHasThirtyUsersWhenEachOfAThousandStreamsUsesThreeOfAHundred() {
        for (int service = 0; service < plan.services(); service++) {
            assertThat(plan.usersOf(service)).hasSize(30);
        }
    }

    @Test
    void everySidecarUsesEveryServiceInTheWorstCase() {
        assertThat(new Plan(1000, 100, 10, 100).usersOf(57)).hasSize(1000);
    }

    @Test
    void theEndpointsOfAServiceAreTheReplicasOfItsWorkload() {
        Set<Integer> seen = new HashSet<>();
        for (int service = 0; service < plan.services(); service++) {
            for (int place = 0; place < plan.endpoints(); place++) {
                int pod = plan.endpoint(service, place);
                assertThat(plan.workload(pod)).isEqualTo(service);
                assertThat(seen.add(pod)).isTrue();
            }
        }
        assertThat(seen).hasSize(1000);
    }

    @Test
    void replicasUseTheSameServices() {
        assertThat(plan.usedBy(7)).isEqualTo(plan.usedBy(107)).containsExactly(21, 22, 23);
    }

    @Test
    void everyPodHasAnAddressOfItsOwn() {
        Set<String> addresses = new HashSet<>();
        for (int pod = 0; pod < plan.pods(); pod++) {
            assertThat(addresses.add(plan.ip(pod))).isTrue();
        }
    }

    @Test
    void refusesMoreUsesThanServices() {
        assertThatThrownBy(() -> new Plan(10, 5, 1, 6))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
