/* Fuzz target: calls of Envoy in any order, each byte or two a call, on the stub Envoy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../main/c/json.h"
#include "../../main/c/lb.h"
#include "fuzz.h"
#include "stub.h"

enum { BALANCERS = 3, HOSTS = 12 };

const char *const fuzz_seeds[] = {NULL};
const char *const fuzz_words[] = {"\x01\x01\x01", "\x02\x05\x02\x06", "\x03\x04\x05", "\x08\x11\x09\x22", NULL};
uint64_t fuzz_calls;

static const char *const configs[] = {"", "{\"connections\":true}", "{\"locality_weighted\":true}",
                                      "{\"failure_penalty_ms\":0,\"error_penalty_ms\":1,\"decay_ms\":1}"};
static const char *const clusters[] = {"shop", "shop", "bank"};

static struct {
    struct stub_lb lb[BALANCERS];
    struct stub_host hosts[BALANCERS][STUB_PRIORITIES][HOSTS];
    bool runs[BALANCERS];
    const uint8_t *data;
    const uint8_t *end;
} world;

static uint8_t next(void) {
    return world.data < world.end ? *world.data++ : 0;
}

static void new_host(struct stub_host *host, uint8_t number) {
    *host = (struct stub_host){.weight = number % 5u, .locality = number % 3u, .unhealthy = number % 7 == 0};
    snprintf(host->address, sizeof host->address, "10.0.0.%u:80", number % 40u);
}

static void start(int b, uint8_t how) {
    struct stub_lb *lb = &world.lb[b];
    *lb = (struct stub_lb){.cluster = clusters[b], .priority_count = how % 4u};
    for (uint32_t p = 0; p < lb->priority_count; p++) {
        struct stub_priority *priority = &lb->priorities[p];
        *priority = (struct stub_priority){.hosts = world.hosts[b][p], .count = next() % (HOSTS + 1u), .localities = 3};
        for (uint32_t l = 0; l < 3; l++) {
            priority->locality_weights[l] = next() % 4u;
        }
        for (size_t h = 0; h < priority->count; h++) {
            new_host(&priority->hosts[h], (uint8_t)(p * 13 + h + how));
        }
    }
    world.runs[b] = stub_start(lb, configs[how >> 2 & 3]);
    ALWAYS(world.runs[b]);
}

static struct stub_host *some_host(const struct stub_lb *lb) {
    uint8_t which = next();
    if (lb->priority_count == 0) {
        return NULL;
    }
    const struct stub_priority *priority = &lb->priorities[which % lb->priority_count];
    return priority->count == 0 ? NULL : &priority->hosts[(which >> 2) % priority->count];
}

static bool was_tried(const struct stub_context *context, const struct stub_host *host) {
    for (size_t i = 0; i < 4; i++) {
        if (context->tried[i] != NULL && strcmp(context->tried[i], host->address) == 0) {
            return true;
        }
    }
    return false;
}

static struct pe_host *known(const struct stub_lb *lb, const struct stub_host *host) {
    return pe_host_find(pe_table_here(), (envoy_buffer){lb->cluster, strlen(lb->cluster)},
                        (envoy_buffer){host->address, strlen(host->address)});
}

/* A host that was tried is chosen only where none in the priorities is both untried and without a penalty. */
static void check_retry(struct stub_lb *lb, const struct stub_context *context) {
    struct pe_lb *module = (struct pe_lb *)lb->module;
    if (module->config->locality_weighted) {
        return;
    }
    for (uint32_t p = 0; p < lb->priority_count; p++) {
        for (size_t h = 0; h < lb->priorities[p].count; h++) {
            const struct stub_host *host = &lb->priorities[p].hosts[h];
            if (!host->unhealthy && !was_tried(context, host)) {
                struct pe_host *of = known(lb, host);
                uint64_t outstanding = of->home == module ? pe_outstanding(module, of, stub_now) : 1;
                ALWAYS(pe_penalty(module->config, &of->endpoint, stub_now, outstanding) > 0);
            }
        }
    }
}

static void pick(struct stub_lb *lb) {
    struct stub_context context = {0};
    uint8_t how = next();
    for (int i = 0; i < how % 5 - 1; i++) {
        const struct stub_host *host = some_host(lb);
        context.tried[i] = host == NULL ? NULL : host->address;
    }
    struct stub_host *host = stub_pick(lb, how % 5 == 0 ? NULL : &context);
    size_t usable = 0;
    for (uint32_t p = 0; p < lb->priority_count; p++) {
        for (size_t h = 0; h < lb->priorities[p].count; h++) {
            usable += !lb->priorities[p].hosts[h].unhealthy;
        }
    }
    ALWAYS((host != NULL) == (usable > 0));
    if (host == NULL) {
        return;
    }
    ALWAYS(!host->unhealthy);
    if (how % 5 > 1 && was_tried(&context, host)) {
        check_retry(lb, &context);
    }
    struct pe_host *of = known(lb, host);
    ALWAYS(PE_GET(of->endpoint.tried));
    if (of->home == lb->module) {
        uint64_t outstanding = pe_outstanding((struct pe_lb *)lb->module, of, stub_now);
        ALWAYS(outstanding < 1000000);
        struct pe_cost cost = pe_look(((struct pe_lb *)lb->module)->config, &of->endpoint, stub_now, outstanding, 1);
        ALWAYS(cost.load >= 0 && cost.load < 1e24 && cost.estimate >= 0 && cost.silence >= 0 && cost.silence <= 1e9);
    }
}

static void tell(const struct stub_lb *lb) {
    static const char *const types[] = {NULL, "application/grpc", "text/plain", "application/grpc+json"};
    static const char *const statuses[] = {NULL, "0", "14", "x"};
    static const uint32_t codes[] = {0, 200, 503, 429};
    static const char *const after[] = {"5", "Sun, 06 Nov 1994 08:49:37 GMT", "-1", "soon"};
    const struct stub_host *host = some_host(lb);
    uint8_t a = next();
    uint8_t b = next();
    uint8_t c = next();
    int64_t sent = a % 4 == 0 ? -1 : a * 1000;
    int64_t received = b % 4 == 0 ? -1 : sent + b * 100000;
    struct stub_log log = {
        .cluster = a == 255 ? NULL : lb->cluster,
        .address = host == NULL || b == 255 ? NULL : host->address,
        .timing = {.start_unix = stub_wall - a * 1000000, .request_complete = c % 8 == 0 ? -1 : c * 1000000,
                   .first_upstream_sent = sent, .last_upstream_sent = sent, .first_upstream_received = received,
                   .last_upstream_received = c % 2 == 0 ? received : -1, .first_downstream_sent = -1,
                   .last_downstream_sent = -1},
        .received = c,
        .connection = b,
        .flags = UINT64_C(1) << (next() % 30u) & ~UINT64_C(1),
        .code = codes[c % 4],
        .headers = {{ENVOY_RESPONSE_HEADER, "content-type", types[a % 4]},
                    {b % 2 == 0 ? ENVOY_RESPONSE_HEADER : ENVOY_RESPONSE_TRAILER, "grpc-status", statuses[c / 4 % 4]},
                    {ENVOY_RESPONSE_HEADER, "retry-after", after[a / 4 % 4]}},
    };
    stub_tell(&log, c % 3 == 0 ? ENVOY_UPSTREAM_PERIODIC : c % 3 == 1 ? ENVOY_UPSTREAM_END : c);
}

static void change(struct stub_lb *lb) {
    struct stub_host *host = some_host(lb);
    uint8_t how = next();
    if (how % 4 == 0 && lb->priority_count > 0) {
        struct stub_priority *priority = &lb->priorities[how % lb->priority_count];
        size_t count = next() % (HOSTS + 1u);
        for (size_t h = priority->count; h < count; h++) {
            new_host(&priority->hosts[h], (uint8_t)(how + h));
        }
        priority->count = count;
    } else if (host != NULL && how % 4 == 1) {
        host->unhealthy = !host->unhealthy;
    } else if (host != NULL && how % 4 == 2) {
        struct stub_host *other = &lb->priorities[0].hosts[0];
        struct stub_host kept = *host;
        *host = *other;
        *other = kept;
    } else if (host != NULL) {
        new_host(host, how);
    }
    stub_update(lb);
}

static void count(const struct stub_lb *lb) {
    struct stub_host *host = some_host(lb);
    uint8_t how = next();
    if (host == NULL) {
        return;
    }
    uint64_t *stat = &host->stats[how % STUB_STATS];
    *stat = how > 250 ? 0 : how & 8 && *stat > 0 ? *stat - 1 : *stat + 1;
}

static void ask(void) {
    static const char *const paths[] = {"/peakmesh/endpoints", "/peakmesh/endpoints?cluster=shop",
                                        "/peakmesh/endpoints?a&cluster=%", "?cluster=ban%6b&"};
    ALWAYS(stub_ask(paths[next() % 4]) == 200);
    struct json json;
    const char *why;
    ALWAYS(json_read(&json, stub_page, stub_page_length, 4096, &why));
    json_free(&json);
}

static void call(void) {
    uint8_t op = next();
    int b = op >> 4 & 3;
    struct stub_lb *lb = &world.lb[b % BALANCERS];
    bool runs = world.runs[b % BALANCERS];
    fuzz_calls++;
    switch (op & 15) {
    case 0:
        if (runs) {
            stub_stop(lb);
            world.runs[b % BALANCERS] = false;
        } else {
            start(b % BALANCERS, next());
        }
        break;
    case 1:
        stub_now += (int64_t)next() * next() * PE_MILLISECOND;
        break;
    case 2:
        ask();
        break;
    case 3:
    case 4:
        if (runs) {
            change(lb);
        }
        break;
    case 5:
    case 6:
    case 7:
        count(lb);
        break;
    case 8:
    case 9:
    case 10:
        tell(lb);
        break;
    default:
        if (runs) {
            pick(lb);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    world.data = data;
    world.end = data + size;
    struct pe_table *table = pe_table_here();
    for (int b = 0; b < BALANCERS; b++) {
        start(b, next());
    }
    while (world.data < world.end) {
        call();
        ALWAYS(table->count <= BALANCERS * STUB_PRIORITIES * HOSTS + table->idle_count && table->idle_count <= 4096);
    }
    for (int b = 0; b < BALANCERS; b++) {
        if (world.runs[b]) {
            stub_stop(&world.lb[b]);
            world.runs[b] = false;
        }
    }
    /* What was held is idle now, and after its time nothing is left. */
    ALWAYS(table->count == table->idle_count && table->balancers == NULL);
    stub_now += 31 * PE_SECOND;
    pe_table_sweep(table, stub_now);
    ALWAYS(table->count == 0 && table->idle_first == NULL && table->next_sweep == INT64_MAX);
    ALWAYS(table->last_picked == NULL && table->bucket_count <= 64);
    return 0;
}
