/* The balancer on a stub Envoy: membership, retries, localities, configuration. */
#include "world.h"

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

/* As if a request had gone to each of them. */
static void meet(const struct stub_host *hosts, int count) {
    for (int h = 0; h < count; h++) {
        pe_picked(&known(&hosts[h])->endpoint, stub_now, 0);
    }
}

static void forgets_at_once_what_was_never_asked(void) {
    start_world("");
    CHECK(stub_pick(&world_lb, NULL) != NULL && pe_table_here()->count == 3);
    world_lb.priorities[0].count = 0;
    stub_update(&world_lb);
    CHECK(stub_pick(&world_lb, NULL) == NULL);
    CHECK(pe_table_here()->count == 1 && pe_table_here()->idle_count == 1);
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
        meet(many, 1000);
        most = pe_table_here()->count > most ? pe_table_here()->count : most;
    }
    CHECK(serial == 10000 && most == 1000 + 4096);
    stub_now += 31 * PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_table_here()->count == 1000 && pe_table_here()->bucket_count <= 8192);
    stop_world();
}

static void forgets_hosts_at_once_where_too_many_leave_together(void) {
    start_world("");
    static struct stub_host many[6000];
    for (uint32_t h = 0; h < 6000; h++) {
        many[h] = (struct stub_host){.weight = 1};
        snprintf(many[h].address, sizeof many[h].address, "10.2.%u.%u:80", h / 250, h % 250);
    }
    world_lb.priorities[0] = (struct stub_priority){.hosts = many, .count = 6000};
    struct stub_host *last = stub_pick(&world_lb, NULL);
    meet(many, 6000);
    world_lb.priorities[0] = (struct stub_priority){.hosts = world_hosts, .count = 1};
    stub_update(&world_lb);
    answer(&many[0], 200, MS); /* the log brings the update, which forgets the first 1,904 of them */
    CHECK(known(&many[0]) == NULL && known(&many[5999]) != NULL && pe_table_here()->idle_count == 4096);
    stub_now += 31 * PE_SECOND;
    answer(last, 200, MS);
    CHECK(pe_table_here()->count == 1);
    struct stub_log overflow = attempt_at(NULL);
    overflow.flags = 1 << ENVOY_UPSTREAM_OVERFLOW;
    stub_tell(&overflow, ENVOY_UPSTREAM_END);
    stop_world();
}

static void asks_whether_the_right_host_was_tried_where_others_are_not_usable(void) {
    start_world("");
    world_hosts[0].unhealthy = true;
    struct stub_context context = {.tried = {"10.0.0.2:80"}};
    for (int i = 0; i < 50; i++) {
        struct stub_host *host = stub_pick(&world_lb, &context);
        CHECK(host == &world_hosts[2]);
        attach(host);
        detach(host);
    }
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

/* The first of three has eight times the weight: it is among the two looked at in nine of ten choices. */
static void prefers_heavy_hosts_until_they_are_busy(const char *config, size_t localities) {
    start_world(config);
    world_hosts[0].weight = 8;
    world_lb.priorities[0].localities = localities;
    world_lb.priorities[0].locality_weights[0] = 1;
    meet_all(2 * MS);
    int heavy = 0;
    for (int i = 0; i < 1000; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        heavy += host == &world_hosts[0];
        attach(host);
        detach(host);
    }
    CHECK(heavy > 850 && heavy < 950);
    world_hosts[0].stats[ENVOY_RQ_ACTIVE] = 20;
    for (int i = 0; i < 1000; i++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        CHECK(host != &world_hosts[0]);
        attach(host);
        detach(host);
    }
    stop_world();
}

static void prefers_heavy_hosts_of_a_priority_until_they_are_busy(void) {
    prefers_heavy_hosts_until_they_are_busy("", 0);
}

static void prefers_heavy_hosts_of_a_locality_until_they_are_busy(void) {
    prefers_heavy_hosts_until_they_are_busy("{\"locality_weighted\":true}", 1);
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
    RUN(keeps_what_it_knows_when_a_cluster_is_replaced);
    RUN(frees_what_left_after_30_seconds_without_another_update);
    RUN(forgets_at_once_what_was_never_asked);
    RUN(holds_a_bound_under_ten_thousand_changes);
    RUN(forgets_hosts_at_once_where_too_many_leave_together);
    RUN(asks_whether_the_right_host_was_tried_where_others_are_not_usable);
    RUN(gives_the_place_among_usable_hosts_but_counts_of_the_right_one);
    RUN(serves_with_one_usable_host_and_not_with_none);
    RUN(sends_a_retry_elsewhere_also_to_another_priority);
    RUN(spreads_over_localities_by_their_weight);
    RUN(prefers_heavy_hosts_of_a_priority_until_they_are_busy);
    RUN(prefers_heavy_hosts_of_a_locality_until_they_are_busy);
    RUN(refuses_a_wrong_configuration_or_name_and_says_why);
    printf("%d tests passed\n", tests_run);
    return 0;
}
