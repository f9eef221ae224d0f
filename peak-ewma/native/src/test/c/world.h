/* A small cluster to test with: three hosts, their requests played by hand. */
#ifndef PEAKMESH_WORLD_H
#define PEAKMESH_WORLD_H

#include <string.h>

#include "../../main/c/lb.h"
#include "check.h"
#include "stub.h"

#define MS PE_MILLISECOND
/* Not every test needs all of it. */
#define WORLD static __attribute__((unused))

WORLD struct stub_host world_hosts[3];
WORLD struct stub_lb world_lb;

/* Starts afresh: what earlier tests left is forgotten, as it is after 30 seconds. */
WORLD void start_world(const char *config) {
    struct pe_table *table = pe_table_here();
    stub_now += 60 * PE_SECOND;
    pe_table_sweep(table, stub_now);
    CHECK(table->count == 0);
    memset(world_hosts, 0, sizeof world_hosts);
    static const char *const addresses[] = {"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"};
    for (int h = 0; h < 3; h++) {
        strcpy(world_hosts[h].address, addresses[h]);
        world_hosts[h].weight = 1;
    }
    world_lb = (struct stub_lb){.cluster = "shop", .priority_count = 1};
    world_lb.priorities[0] = (struct stub_priority){.hosts = world_hosts, .count = 3};
    CHECK(stub_start(&world_lb, config));
}

WORLD void stop_world(void) {
    stub_stop(&world_lb);
}

WORLD struct pe_host *known(const struct stub_host *host) {
    return pe_host_find(pe_table_here(), (envoy_buffer){"shop", 4}, (envoy_buffer){host->address, strlen(host->address)});
}

WORLD uint64_t outstanding(const struct stub_host *host) {
    struct pe_host *of = known(host);
    return pe_outstanding(of->home, of, stub_now);
}

/* A request that got its connection. */
WORLD void attach(struct stub_host *host) {
    host->stats[ENVOY_RQ_TOTAL]++;
    host->stats[ENVOY_RQ_ACTIVE]++;
}

WORLD void detach(struct stub_host *host) {
    host->stats[ENVOY_RQ_ACTIVE]--;
}

WORLD struct stub_log attempt_at(const struct stub_host *host) {
    return (struct stub_log){
        .cluster = "shop",
        .address = host == NULL ? NULL : host->address,
        .timing = {.start_unix = stub_wall, .request_complete = 10 * MS, .first_upstream_sent = 1 * MS,
                   .last_upstream_sent = 1 * MS, .first_upstream_received = -1, .last_upstream_received = -1,
                   .first_downstream_sent = -1, .last_downstream_sent = -1},
    };
}

/* An answer with that status after that time. */
WORLD void answer(const struct stub_host *host, uint32_t code, int64_t rtt) {
    struct stub_log log = attempt_at(host);
    log.code = code;
    log.timing.first_upstream_received = log.timing.first_upstream_sent + rtt;
    log.timing.last_upstream_received = log.timing.first_upstream_received;
    log.timing.request_complete = log.timing.last_upstream_received;
    stub_tell(&log, ENVOY_UPSTREAM_END);
}

/* Each host is chosen and answers. */
WORLD void meet_all(int64_t rtt) {
    for (int h = 0; h < 3; h++) {
        struct stub_host *host = stub_pick(&world_lb, NULL);
        CHECK(host != NULL);
        attach(host);
        detach(host);
        answer(host, 200, rtt);
    }
    for (int h = 0; h < 3; h++) {
        answer(&world_hosts[h], 200, rtt);
    }
}

#endif
