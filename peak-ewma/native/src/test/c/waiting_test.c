/* How the requests of an endpoint are counted, on a stub Envoy. */
#include "world.h"

static void counts_requests_that_wait_for_a_connection(void) {
    start_world("");
    struct stub_host *host = stub_pick(&world_lb, NULL);
    CHECK(outstanding(host) == 1);
    attach(host);
    CHECK(outstanding(host) == 1);
    detach(host);
    CHECK(outstanding(host) == 0);
    stop_world();
}

static void takes_back_a_choice_that_never_reached_a_connection(void) {
    start_world("");
    struct stub_host *host = stub_pick(&world_lb, NULL);
    struct stub_log log = attempt_at(host);
    log.timing.first_upstream_sent = -1;
    log.flags = 1 << ENVOY_UPSTREAM_CONNECTION_FAILURE;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(outstanding(host) == 0);
    CHECK(PE_GET(known(host)->failures) == 1 && pe_penalty(world_lb.config, &known(host)->endpoint, stub_now, 0) == 5e9);
    stop_world();
}

static void takes_back_a_choice_that_overflowed_and_blames_nobody(void) {
    start_world("");
    struct stub_host *host = stub_pick(&world_lb, NULL);
    struct stub_log log = attempt_at(NULL);
    log.timing.first_upstream_sent = -1;
    log.flags = 1 << ENVOY_UPSTREAM_OVERFLOW;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(outstanding(host) == 0 && PE_GET(known(host)->failures) == 0);
    stub_tell(&log, ENVOY_UPSTREAM_END);
    attach(host);
    CHECK(outstanding(host) == 1);
    stop_world();
}

static void takes_back_one_choice_for_one_overflow(void) {
    start_world("");
    world_lb.priorities[0].count = 1;
    CHECK(stub_pick(&world_lb, NULL) != NULL);
    struct stub_log log = attempt_at(NULL);
    log.timing.first_upstream_sent = -1;
    log.flags = 1 << ENVOY_UPSTREAM_OVERFLOW;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(PE_GET(known(world_hosts)->asked->count) == 0);
    stop_world();
}

static void forgets_choices_that_were_never_heard_of_again(void) {
    start_world("");
    uint64_t lost[3] = {0};
    for (int i = 0; i < 90; i++) {
        lost[stub_pick(&world_lb, NULL) - world_hosts]++;
    }
    for (int h = 0; h < 3; h++) {
        CHECK(outstanding(&world_hosts[h]) == lost[h] && lost[h] > 10);
    }
    stub_now += 31 * PE_SECOND; /* one window has seen them come, so it takes a second one */
    for (int h = 0; h < 3; h++) {
        outstanding(&world_hosts[h]);
    }
    stub_now += 31 * PE_SECOND;
    for (int h = 0; h < 3; h++) {
        CHECK(outstanding(&world_hosts[h]) == 0);
    }
    struct stub_host *host = stub_pick(&world_lb, NULL);
    CHECK(outstanding(host) == 1);
    stop_world();
}

static void never_counts_less_than_none_when_others_send_too(void) {
    start_world("");
    meet_all(2 * MS);
    for (int i = 0; i < 50; i++) {
        attach(&world_hosts[0]);
        detach(&world_hosts[0]);
    }
    CHECK(outstanding(&world_hosts[0]) == 0);
    for (int i = 0; i < 30; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        CHECK(outstanding(host) == 1);
        attach(host);
        detach(host);
        CHECK(outstanding(host) == 0);
    }
    stop_world();
}

static void starts_to_count_anew_at_a_new_host_of_the_same_address(void) {
    start_world("");
    for (int i = 0; i < 30; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        attach(host);
        detach(host);
    }
    memset(world_hosts[0].stats, 0, sizeof world_hosts[0].stats);
    CHECK(outstanding(&world_hosts[0]) == 0);
    stop_world();
}

static void keeps_no_drift_under_random_traffic_of_all_kinds(void) {
    start_world("");
    uint32_t dice = 12345;
    uint32_t waiting[3] = {0};
    for (int i = 0; i < 20000; i++) {
        stub_now += 5 * MS;
        struct stub_host *host = stub_pick(&world_lb, NULL);
        dice = dice * 1664525 + 1013904223;
        struct stub_log log = attempt_at(host);
        switch (dice >> 29) {
        case 0: /* waits: some later turn connects it */
            waiting[host - world_hosts]++;
            break;
        case 1: /* the connection fails */
            log.timing.first_upstream_sent = -1;
            log.flags = 1 << ENVOY_UPSTREAM_CONNECTION_FAILURE;
            stub_tell(&log, ENVOY_UPSTREAM_END);
            break;
        case 2: /* the caller leaves while it waits: no log names the host */
            if ((dice >> 20 & 7) == 0) {
                break;
            }
            __attribute__((fallthrough));
        default:
            attach(host);
            detach(host);
            answer(host, 200, 2 * MS);
        }
        for (int h = 0; h < 3; h++) {
            if (waiting[h] > 5) {
                attach(&world_hosts[h]);
                detach(&world_hosts[h]);
                waiting[h]--;
            }
            CHECK(outstanding(&world_hosts[h]) < 5000);
        }
    }
    for (int h = 0; h < 3; h++) {
        for (; waiting[h] > 0; waiting[h]--) {
            attach(&world_hosts[h]);
            detach(&world_hosts[h]);
        }
    }
    for (int round = 0; round < 3; round++) {
        for (int h = 0; h < 3; h++) {
            outstanding(&world_hosts[h]);
        }
        stub_now += 31 * PE_SECOND;
    }
    for (int h = 0; h < 3; h++) {
        CHECK(outstanding(&world_hosts[h]) == 0);
    }
    stop_world();
}

static void learns_of_a_failed_connect_that_no_log_tells(void) {
    start_world("");
    struct stub_host *host = stub_pick(&world_lb, NULL);
    outstanding(host);
    host->stats[ENVOY_CX_CONNECT_FAIL]++;
    outstanding(host);
    CHECK(PE_GET(known(host)->failures) == 1);
    outstanding(host);
    CHECK(PE_GET(known(host)->failures) == 1);
    stop_world();
}

static void is_told_no_news_by_failures_of_before(void) {
    start_world("");
    for (int h = 0; h < 3; h++) {
        world_hosts[h].stats[ENVOY_CX_CONNECT_FAIL] = 5;
        world_hosts[h].stats[ENVOY_RQ_TIMEOUT] = 3;
        world_hosts[h].stats[ENVOY_RQ_TOTAL] = 100;
    }
    struct stub_host *host = stub_pick(&world_lb, NULL);
    CHECK(outstanding(host) == 1 && outstanding(host) == 1);
    attach(host);
    struct stub_log left = attempt_at(host);
    stub_tell(&left, ENVOY_UPSTREAM_END);
    detach(host);
    CHECK(outstanding(host) == 0);
    host->stats[ENVOY_CX_CONNECT_FAIL]++; /* nothing waits: it is not about a request of ours */
    while (stub_pick(&world_lb, NULL) != host) {
    }
    outstanding(host);
    CHECK(PE_GET(known(host)->failures) == 0);
    stop_world();
    start_world("{\"connections\":true}");
    world_hosts[0].stats[ENVOY_CX_CONNECT_FAIL] = 5;
    for (int i = 0; i < 9; i++) {
        stub_pick(&world_lb, NULL);
    }
    CHECK(PE_GET(known(&world_hosts[0])->failures) == 0);
    stop_world();
}

static void asks_for_at_most_four_counts_a_choice(void) {
    start_world("");
    meet_all(2 * MS);
    stub_stat_calls = 0;
    for (int i = 0; i < 100; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        attach(host);
        detach(host);
    }
    CHECK(stub_stat_calls <= 400);
    stop_world();
}

static void balances_connections_by_how_many_each_host_has(void) {
    start_world("{\"connections\":true}");
    for (int i = 0; i < 60; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        host->stats[ENVOY_CX_ACTIVE]++;
        host->stats[ENVOY_RQ_TOTAL]++;
    }
    for (int h = 0; h < 3; h++) {
        CHECK(world_hosts[h].stats[ENVOY_CX_ACTIVE] >= 18 && world_hosts[h].stats[ENVOY_CX_ACTIVE] <= 22);
    }
    CHECK(outstanding(&world_hosts[0]) == world_hosts[0].stats[ENVOY_CX_ACTIVE]);
    stop_world();
}

static void leaves_a_host_that_takes_no_connections_until_one_stands_again(void) {
    start_world("{\"connections\":true}");
    struct stub_host *bad = &world_hosts[1];
    for (int i = 0; i < 200; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        stub_now += 10 * MS;
        if (host == bad) {
            host->stats[ENVOY_CX_CONNECT_FAIL]++;
        } else {
            host->stats[ENVOY_RQ_TOTAL]++;
        }
    }
    struct pe_host *of = known(bad);
    CHECK(PE_GET(of->picks) <= 3 && PE_GET(of->failures) >= 1);
    stub_now += 20 * PE_SECOND;
    for (int i = 0; i < 200; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        stub_now += 10 * MS;
        host->stats[ENVOY_CX_ACTIVE]++;
        host->stats[ENVOY_RQ_TOTAL]++;
    }
    CHECK(PE_GET(of->endpoint.rounds) == 0 && bad->stats[ENVOY_CX_ACTIVE] > 50);
    stop_world();
}

int main(void) {
    RUN(counts_requests_that_wait_for_a_connection);
    RUN(takes_back_a_choice_that_never_reached_a_connection);
    RUN(takes_back_a_choice_that_overflowed_and_blames_nobody);
    RUN(takes_back_one_choice_for_one_overflow);
    RUN(forgets_choices_that_were_never_heard_of_again);
    RUN(never_counts_less_than_none_when_others_send_too);
    RUN(starts_to_count_anew_at_a_new_host_of_the_same_address);
    RUN(keeps_no_drift_under_random_traffic_of_all_kinds);
    RUN(learns_of_a_failed_connect_that_no_log_tells);
    RUN(is_told_no_news_by_failures_of_before);
    RUN(asks_for_at_most_four_counts_a_choice);
    RUN(balances_connections_by_how_many_each_host_has);
    RUN(leaves_a_host_that_takes_no_connections_until_one_stands_again);
    printf("%d tests passed\n", tests_run);
    return 0;
}
