/* The balancer on a stub Envoy: counting, membership, retries, localities. */
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

static void keeps_what_it_knows_when_a_cluster_is_replaced(void) {
    start_world("");
    meet_all(2 * MS);
    answer(&world_hosts[1], 200, 300 * MS);
    stop_world();
    struct stub_lb next = world_lb;
    world_hosts[1].stats[ENVOY_RQ_TOTAL] = 0;
    CHECK(stub_start(&next, ""));
    for (int i = 0; i < 100; i++) {
        struct stub_host *host = stub_pick(&next, NULL);
        CHECK(host != &world_hosts[1]);
        attach(host);
        detach(host);
    }
    CHECK(PE_GET(known(&world_hosts[1])->endpoint.cost) == 3e8);
    stub_stop(&next);
}

static void frees_what_left_after_30_seconds_without_another_update(void) {
    start_world("");
    meet_all(2 * MS);
    world_lb.priorities[0].count = 1;
    stub_update(&world_lb);
    stub_pick(&world_lb, NULL);
    CHECK(pe_table_here()->count == 3 && pe_table_here()->idle_count == 2);
    stub_now += 29 * PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_table_here()->count == 3);
    stub_now += PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_table_here()->count == 1 && pe_table_here()->idle_count == 0);
    stop_world();
}

static void holds_a_bound_under_ten_thousand_changes(void) {
    start_world("");
    static struct stub_host many[1000];
    world_lb.priorities[0] = (struct stub_priority){.hosts = many, .count = 1000};
    uint32_t serial = 0;
    uint32_t most = 0;
    for (int change = 0; change < 10; change++) {
        for (int h = 0; h < 1000; h++) {
            many[h] = (struct stub_host){.weight = 1};
            snprintf(many[h].address, sizeof many[h].address, "10.1.%u.%u:80", serial / 256 % 256, serial % 256);
            serial++;
        }
        stub_update(&world_lb);
        for (int i = 0; i < 100; i++) {
            CHECK(stub_pick(&world_lb, NULL) != NULL);
        }
        most = pe_table_here()->count > most ? pe_table_here()->count : most;
    }
    CHECK(serial == 10000 && most == 1000 + 4096);
    stub_now += 31 * PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_table_here()->count == 1000 && pe_table_here()->bucket_count <= 8192);
    stop_world();
}

static void gives_the_place_among_usable_hosts_but_counts_of_the_right_one(void) {
    start_world("");
    world_hosts[0].unhealthy = true;
    world_hosts[1].stats[ENVOY_RQ_ACTIVE] = 7;
    for (int i = 0; i < 50; i++) {
        CHECK(stub_pick(&world_lb, NULL) != &world_hosts[0]);
    }
    CHECK(known(&world_hosts[0]) == NULL && known(&world_hosts[1])->home_position == 1);
    world_hosts[0].unhealthy = false;
    world_hosts[2].unhealthy = true;
    stub_update(&world_lb);
    for (int i = 0; i < 50; i++) {
        CHECK(stub_pick(&world_lb, NULL) != &world_hosts[2]);
    }
    stop_world();
}

static void serves_with_one_usable_host_and_not_with_none(void) {
    start_world("");
    world_hosts[0].unhealthy = true;
    world_hosts[2].unhealthy = true;
    CHECK(stub_pick(&world_lb, NULL) == &world_hosts[1]);
    world_hosts[1].unhealthy = true;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) == NULL);
    world_lb.priorities[0].count = 0;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) == NULL);
    world_lb.priority_count = 0;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) == NULL);
    stop_world();
}

static void sends_a_retry_elsewhere_also_to_another_priority(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_context context = {.tried = {"10.0.0.1:80", "10.0.0.3:80"}};
    for (int i = 0; i < 50; i++) {
        CHECK(stub_pick(&world_lb, &context) == &world_hosts[1]);
    }
    world_lb.priorities[0].count = 1;
    world_lb.priorities[1] = (struct stub_priority){.hosts = &world_hosts[1], .count = 2};
    world_lb.priority_count = 2;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) == &world_hosts[0]);
    CHECK(stub_pick(&world_lb, &context) == &world_hosts[1]);
    context.tried[2] = "10.0.0.2:80";
    CHECK(stub_pick(&world_lb, &context) == &world_hosts[0]);
    stop_world();
}

static void spreads_over_localities_by_their_weight(void) {
    start_world("{\"locality_weighted\":true}");
    world_hosts[2].locality = 1;
    world_lb.priorities[0].localities = 2;
    world_lb.priorities[0].locality_weights[0] = 1;
    world_lb.priorities[0].locality_weights[1] = 3;
    int near = 0;
    for (int i = 0; i < 4000; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        near += host == &world_hosts[2];
        attach(host);
        detach(host);
    }
    CHECK(near > 2900 && near < 3100);
    world_hosts[2].unhealthy = true;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) != &world_hosts[2]);
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

static void refuses_a_wrong_configuration_or_name_and_says_why(void) {
    const void *ON(lb_config_new)(void *, envoy_buffer, envoy_buffer);
    const void *ON(access_logger_config_new)(void *, envoy_buffer, envoy_buffer);
    struct stub_lb lb = {.cluster = "shop"};
    CHECK(!stub_start(&lb, "{\"decay_ms\":0}"));
    CHECK(strcmp(stub_line, "4 peakmesh: load-balancing policy refused: decay_ms must be a whole number from 1 to "
                            "600000") == 0);
    CHECK(ON(lb_config_new)(NULL, (envoy_buffer){"ewma", 4}, (envoy_buffer){"", 0}) == NULL);
    CHECK(strcmp(stub_line, "4 peakmesh: load-balancing policy refused: this module has one load-balancing policy, "
                            "named peak_ewma") == 0);
    CHECK(ON(access_logger_config_new)(NULL, (envoy_buffer){"peak_ewma", 9}, (envoy_buffer){"{\"a\":1}", 7}) == NULL);
    CHECK(strcmp(stub_line, "4 peakmesh: access logger refused: unknown field \"a\"") == 0);
    CHECK(ON(access_logger_config_new)(NULL, (envoy_buffer){"peak_ewma", 9}, (envoy_buffer){"{}", 2}) != NULL);
}

int main(void) {
    RUN(counts_requests_that_wait_for_a_connection);
    RUN(takes_back_a_choice_that_never_reached_a_connection);
    RUN(takes_back_a_choice_that_overflowed_and_blames_nobody);
    RUN(forgets_choices_that_were_never_heard_of_again);
    RUN(never_counts_less_than_none_when_others_send_too);
    RUN(starts_to_count_anew_at_a_new_host_of_the_same_address);
    RUN(keeps_no_drift_under_random_traffic_of_all_kinds);
    RUN(learns_of_a_failed_connect_that_no_log_tells);
    RUN(asks_for_at_most_four_counts_a_choice);
    RUN(keeps_what_it_knows_when_a_cluster_is_replaced);
    RUN(frees_what_left_after_30_seconds_without_another_update);
    RUN(holds_a_bound_under_ten_thousand_changes);
    RUN(gives_the_place_among_usable_hosts_but_counts_of_the_right_one);
    RUN(serves_with_one_usable_host_and_not_with_none);
    RUN(sends_a_retry_elsewhere_also_to_another_priority);
    RUN(spreads_over_localities_by_their_weight);
    RUN(balances_connections_by_how_many_each_host_has);
    RUN(leaves_a_host_that_takes_no_connections_until_one_stands_again);
    RUN(refuses_a_wrong_configuration_or_name_and_says_why);
    printf("%d tests passed\n", tests_run);
    return 0;
}
