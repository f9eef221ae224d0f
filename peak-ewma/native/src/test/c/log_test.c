/* The access logger and the admin page on a stub Envoy. */
#include "world.h"

static struct pe_endpoint *endpoint(int h) {
    return &known(&world_hosts[h])->endpoint;
}

static double penalty(int h) {
    return pe_penalty(world_lb.config, endpoint(h), stub_now, 0);
}

static void samples_the_time_from_request_to_first_byte(void) {
    start_world("");
    meet_all(2 * MS);
    answer(&world_hosts[0], 200, 40 * MS);
    CHECK(PE_GET(endpoint(0)->cost) == 40e6 && PE_GET(known(&world_hosts[0])->samples) >= 2);
    answer(&world_hosts[0], 404, 50 * MS);
    CHECK(PE_GET(endpoint(0)->cost) == 50e6 && penalty(0) == 0);
    stop_world();
}

static void penalises_the_second_error_in_a_row(void) {
    static const uint32_t codes[] = {429, 500, 503, 599};
    for (size_t c = 0; c < 4; c++) {
        start_world("");
        meet_all(2 * MS);
        answer(&world_hosts[0], codes[c], 1 * MS);
        CHECK(penalty(0) == 0);
        answer(&world_hosts[0], codes[c], 1 * MS);
        CHECK(penalty(0) == 5e9 && PE_GET(endpoint(0)->cost) == 2e6);
        stop_world();
    }
}

static struct stub_log grpc_answer(const char *type, int where, const char *status) {
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.code = 200;
    log.timing.first_upstream_received = 3 * MS;
    log.timing.last_upstream_received = 3 * MS;
    log.headers[0].type = ENVOY_RESPONSE_HEADER;
    log.headers[0].name = "content-type";
    log.headers[0].value = type;
    log.headers[1].type = where;
    log.headers[1].name = "grpc-status";
    log.headers[1].value = status;
    return log;
}

static void reads_grpc_status_from_trailers_and_from_a_headers_only_answer(void) {
    static const struct {
        const char *type;
        int where;
        const char *status;
        bool error;
    } cases[] = {
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "14", true},
        {"application/grpc+proto", ENVOY_RESPONSE_HEADER, "8", true},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "2", true},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "4", true},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "13", true},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "15", true},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "0", false},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "5", false},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "1", false},
        {"application/grpc", ENVOY_RESPONSE_TRAILER, "144", false},
        {"application/json", ENVOY_RESPONSE_TRAILER, "14", false},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        start_world("");
        meet_all(2 * MS);
        for (int i = 0; i < 2; i++) {
            struct stub_log log = grpc_answer(cases[c].type, cases[c].where, cases[c].status);
            stub_tell(&log, ENVOY_UPSTREAM_END);
        }
        CHECK((penalty(0) == 5e9) == cases[c].error);
        CHECK(PE_GET(known(&world_hosts[0])->errors) == (cases[c].error ? 2 : 0));
        stop_world();
    }
}

static void leaves_a_host_alone_for_as_long_as_it_asks(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.code = 503;
    log.timing.first_upstream_received = 3 * MS;
    log.timing.last_upstream_received = 3 * MS;
    log.headers[0].type = ENVOY_RESPONSE_HEADER;
    log.headers[0].name = "retry-after";
    log.headers[0].value = "12";
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 12e9);
    log.headers[0].value = "3600";
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 30e9);
    struct stub_log grpc = grpc_answer("application/grpc", ENVOY_RESPONSE_TRAILER, "14");
    grpc.address = world_hosts[1].address;
    grpc.headers[2].type = ENVOY_RESPONSE_TRAILER;
    grpc.headers[2].name = "grpc-retry-pushback-ms";
    grpc.headers[2].value = "1500";
    stub_tell(&grpc, ENVOY_UPSTREAM_END);
    CHECK(penalty(1) == 15e8);
    stop_world();
}

static void counts_as_failed_what_ended_without_an_answer(void) {
    static const int flags[] = {ENVOY_UPSTREAM_REQUEST_TIMEOUT,        ENVOY_LOCAL_RESET,
                                ENVOY_UPSTREAM_REMOTE_RESET,           ENVOY_UPSTREAM_CONNECTION_FAILURE,
                                ENVOY_UPSTREAM_CONNECTION_TERMINATION, ENVOY_UPSTREAM_PROTOCOL_ERROR};
    for (size_t f = 0; f < sizeof flags / sizeof *flags; f++) {
        start_world("");
        meet_all(2 * MS);
        struct stub_log log = attempt_at(&world_hosts[0]);
        log.flags = UINT64_C(1) << flags[f];
        stub_tell(&log, ENVOY_UPSTREAM_END);
        CHECK(penalty(0) == 5e9 && PE_GET(known(&world_hosts[0])->failures) == 1);
        stop_world();
    }
}

static void tells_a_timeout_from_a_caller_that_left_by_the_count_of_timeouts(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.timing.request_complete = 301 * MS;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 0 && PE_GET(endpoint(0)->cost) == 300e6);
    world_hosts[0].stats[ENVOY_RQ_TIMEOUT]++;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 5e9);
    CHECK(PE_GET(known(&world_hosts[0])->failures) == 1);
    stop_world();
}

static void does_not_take_a_timeout_within_an_answer_for_that_of_the_next_request(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.code = 200;
    log.timing.first_upstream_received = 3 * MS;
    world_hosts[0].stats[ENVOY_RQ_TIMEOUT]++;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 0);
    struct stub_log left = attempt_at(&world_hosts[0]);
    stub_tell(&left, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 0 && PE_GET(known(&world_hosts[0])->failures) == 0);
    stop_world();
}

static void counts_a_reset_within_an_answer_as_failed_only_if_the_host_reset(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.code = 200;
    log.timing.first_upstream_received = 3 * MS;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 0);
    log.flags = UINT64_C(1) << ENVOY_UPSTREAM_PROTOCOL_ERROR;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(penalty(0) == 5e9);
    stop_world();
}

static void samples_a_long_stream_once_and_then_hears_signs(void) {
    start_world("");
    meet_all(2 * MS);
    struct pe_host *host = known(&world_hosts[0]);
    uint64_t before = PE_GET(host->samples);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.code = 200;
    log.connection = 7;
    log.timing.request_complete = -1;
    log.timing.first_upstream_received = 21 * MS;
    log.received = 100;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(host->samples) == before + 1 && PE_GET(host->endpoint.cost) == 20e6);
    pe_picked(&host->endpoint, stub_now, 0);
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(host->endpoint.waiting) == stub_now);
    log.received = 101;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(host->endpoint.waiting) == PE_NONE && PE_GET(host->samples) == before + 1);
    log.timing.request_complete = 9000 * MS;
    log.timing.last_upstream_received = 9000 * MS;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(PE_GET(host->samples) == before + 1);
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(PE_GET(host->samples) == before + 2);
    stop_world();
}

static void raises_the_cost_of_a_host_that_hangs_before_the_end(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.timing.request_complete = -1;
    log.timing.start_unix = stub_wall - 501 * MS;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(endpoint(0)->cost) == 500e6);
    log.timing.start_unix = stub_wall + 501 * MS;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(endpoint(0)->cost) == 500e6);
    stop_world();
}

/* A watch that nobody writes to must not shut its host out for as long as it is open. */
static void hears_only_once_and_of_a_second_at_most_that_a_request_waits(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.connection = 7;
    log.timing.request_complete = -1;
    log.timing.start_unix = stub_wall - 3600 * PE_SECOND;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(endpoint(0)->cost) == 1e9);
    int64_t told = stub_now;
    stub_now += 100 * PE_SECOND;
    stub_tell(&log, ENVOY_UPSTREAM_PERIODIC);
    CHECK(PE_GET(endpoint(0)->stamp) == told);
    log.timing.request_complete = 3700 * PE_SECOND;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(PE_GET(endpoint(0)->stamp) == told);
    stub_tell(&log, ENVOY_UPSTREAM_END);
    CHECK(PE_GET(endpoint(0)->stamp) == stub_now);
    stop_world();
}

static void ignores_other_clusters_hosts_and_kinds_of_log(void) {
    start_world("");
    meet_all(2 * MS);
    struct stub_log log = attempt_at(&world_hosts[0]);
    log.flags = UINT64_C(1) << ENVOY_UPSTREAM_CONNECTION_TERMINATION;
    stub_tell(&log, 7);
    log.cluster = "bank";
    stub_tell(&log, ENVOY_UPSTREAM_END);
    log.cluster = NULL;
    stub_tell(&log, ENVOY_UPSTREAM_END);
    log.cluster = "shop";
    log.address = "10.9.9.9:80";
    stub_tell(&log, ENVOY_UPSTREAM_END);
    for (int h = 0; h < 3; h++) {
        CHECK(penalty(h) == 0);
    }
    stop_world();
}

static void hears_the_end_of_an_attempt_at_a_host_that_has_just_left(void) {
    start_world("");
    meet_all(2 * MS);
    world_lb.priorities[0].count = 2;
    stub_update(&world_lb);
    answer(&world_hosts[2], 503, 1 * MS);
    CHECK(PE_GET(known(&world_hosts[2])->errors) == 0);
    answer(&world_hosts[1], 503, 1 * MS);
    CHECK(PE_GET(known(&world_hosts[1])->errors) == 1);
    stop_world();
}

static void shows_each_endpoint_on_the_page(void) {
    start_world("");
    meet_all(2 * MS);
    world_hosts[0].weight = 4;
    world_hosts[0].locality = 3;
    world_hosts[0].stats[ENVOY_RQ_ACTIVE] = 3;
    stub_update(&world_lb);
    CHECK(stub_ask("/peakmesh/endpoints") == 200);
    CHECK(strncmp(stub_page, "{\"version\":\"v1\",\"endpoints\":[\n{\"cluster\":\"shop\",\"address\":\"10.0.0.1:80\"", 71) == 0);
    CHECK(strstr(stub_page, "\"priority\":0,\"zone\":\"zone \\\"d\\\"\",\"weight\":4,\"outstanding\":3,\"cost_ms\":2.000,"
                            "\"silence_ms\":0.000,\"penalty_ms\":0.000,\"load_ms\":2.000,\"picks\":") != NULL);
    CHECK(strstr(stub_page, "\"idle_ms\":0,\"tried\":true}") != NULL);
    CHECK(strcmp(stub_page + stub_page_length - 4, "\n]}\n") == 0);
    stop_world();
}

static void shows_one_cluster_if_asked_for_one(void) {
    start_world("");
    CHECK(stub_ask("/peakmesh/endpoints?cluster=shop") == 200 && strstr(stub_page, "10.0.0.3:80") != NULL);
    CHECK(strstr(stub_page, "\"idle_ms\":null,\"tried\":false}") != NULL);
    CHECK(stub_ask("/peakmesh/endpoints?x=1&cluster=s%68op&y") == 200 && strstr(stub_page, "10.0.0.3:80") != NULL);
    CHECK(stub_ask("/peakmesh/endpoints?cluster=shop2") == 200 && strstr(stub_page, "10.0.0.3:80") == NULL);
    CHECK(stub_ask("/peakmesh/endpoints?cluster=sho") == 200 && strstr(stub_page, "10.0.0.3:80") == NULL);
    CHECK(stub_ask("/peakmesh/endpoints?cluster=sho%") == 200 && strstr(stub_page, "10.0.0.3:80") == NULL);
    stop_world();
}

static void shares_of_picks_cover_the_last_stretches_only(void) {
    start_world("");
    stub_now = stub_now / (10 * PE_SECOND) * (10 * PE_SECOND);
    meet_all(2 * MS);
    struct pe_host *host = known(stub_pick(&world_lb, NULL));
    uint64_t recent = pe_host_recent_picks(host, stub_now);
    CHECK(recent >= 1);
    CHECK(pe_host_recent_picks(host, stub_now + 19 * PE_SECOND) == recent);
    CHECK(pe_host_recent_picks(host, stub_now + 20 * PE_SECOND) == 0);
    world_lb.priorities[0].count = 1;
    stub_update(&world_lb);
    stub_pick(&world_lb, NULL);
    host = known(&world_hosts[0]);
    recent = pe_host_recent_picks(host, stub_now);
    stub_now += 10 * PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_host_recent_picks(host, stub_now) == recent + 1);
    stub_now += 20 * PE_SECOND;
    stub_pick(&world_lb, NULL);
    CHECK(pe_host_recent_picks(host, stub_now) == 1);
    stop_world();
}

int main(void) {
    RUN(samples_the_time_from_request_to_first_byte);
    RUN(penalises_the_second_error_in_a_row);
    RUN(reads_grpc_status_from_trailers_and_from_a_headers_only_answer);
    RUN(leaves_a_host_alone_for_as_long_as_it_asks);
    RUN(counts_as_failed_what_ended_without_an_answer);
    RUN(tells_a_timeout_from_a_caller_that_left_by_the_count_of_timeouts);
    RUN(does_not_take_a_timeout_within_an_answer_for_that_of_the_next_request);
    RUN(counts_a_reset_within_an_answer_as_failed_only_if_the_host_reset);
    RUN(samples_a_long_stream_once_and_then_hears_signs);
    RUN(raises_the_cost_of_a_host_that_hangs_before_the_end);
    RUN(hears_only_once_and_of_a_second_at_most_that_a_request_waits);
    RUN(ignores_other_clusters_hosts_and_kinds_of_log);
    RUN(hears_the_end_of_an_attempt_at_a_host_that_has_just_left);
    RUN(shows_each_endpoint_on_the_page);
    RUN(shows_one_cluster_if_asked_for_one);
    RUN(shares_of_picks_cover_the_last_stretches_only);
    printf("%d tests passed\n", tests_run);
    return 0;
}
