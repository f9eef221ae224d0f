/*
 * What a choice and a sample cost, with the clock as in Envoy and the stub's answers in place of Envoy's.
 * Usage: bench (see bench.sh)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../main/c/lb.h"
#include "stub.h"

int64_t bench_now(void); /* the module's own clock, under another name: stub.c has its own */

/* Processor time: others on the machine do not count. */
static int64_t used(void) {
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static uint64_t allocations;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);

void *__wrap_malloc(size_t size) {
    allocations++;
    return __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    allocations++;
    return __real_calloc(count, size);
}

void *__wrap_realloc(void *memory, size_t size) {
    allocations++;
    return __real_realloc(memory, size);
}

bool ON(lb_choose_host)(void *lb_envoy, const void *lb, void *context, uint32_t *priority, uint32_t *index);

enum { ROUNDS = 7 };

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[ROUNDS]) {
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

static struct stub_log answer_of(const struct stub_host *host, int64_t rtt) {
    return (struct stub_log){
        .cluster = "outbound.shop.default.svc.cluster.local.80",
        .address = host->address,
        .timing = {.request_complete = rtt, .first_upstream_sent = 1000, .last_upstream_sent = 1000,
                   .first_upstream_received = rtt, .last_upstream_received = rtt},
        .code = 200,
    };
}

static double time_picks(struct stub_lb *lb, int picks) {
    uint32_t priority;
    uint32_t index;
    struct stub_context context = {.tried = {NULL}};
    int64_t begin = used();
    for (int i = 0; i < picks; i++) {
        stub_now = bench_now();
        if (!ON(lb_choose_host)(lb, lb->module, &context, &priority, &index)) {
            abort();
        }
        lb->priorities[0].hosts[index].stats[ENVOY_RQ_TOTAL]++;
    }
    return (double)(used() - begin) / picks;
}

static double time_samples(struct stub_lb *lb, size_t hosts, int samples) {
    struct stub_log log = answer_of(&lb->priorities[0].hosts[0], 2000000);
    int64_t begin = used();
    for (int i = 0; i < samples; i++) {
        log.address = lb->priorities[0].hosts[(size_t)i * 7919 % hosts].address;
        stub_now = bench_now();
        stub_tell(&log, ENVOY_UPSTREAM_END);
    }
    return (double)(used() - begin) / samples;
}

/* Heavy ones have eight times the weight of the others, as near endpoints have; every third is heavy, or none. */
static void measure(size_t hosts, bool unequal) {
    struct stub_lb lb = {.cluster = "outbound.shop.default.svc.cluster.local.80", .priority_count = 1};
    lb.priorities[0] = (struct stub_priority){.hosts = calloc(hosts, sizeof(struct stub_host)), .count = hosts, .all_usable = true};
    for (size_t h = 0; h < hosts; h++) {
        struct stub_host *host = &lb.priorities[0].hosts[h];
        host->weight = unequal && h % 3 == 0 ? 8 : 1;
        snprintf(host->address, sizeof host->address, "10.%u.%u.%u:8080", (unsigned)(h >> 16), (unsigned)(h >> 8 & 255),
                 (unsigned)(h & 255));
    }
    if (!stub_start(&lb, "")) {
        abort();
    }
    stub_now = bench_now();
    struct pe_lb *module = (struct pe_lb *)lb.module;
    pe_lb_refresh(module, stub_now);
    int64_t begin = used();
    pe_lb_refresh(module, stub_now);
    double build_ms = (double)(used() - begin) / 1e6;
    time_picks(&lb, 100000);
    time_samples(&lb, hosts, 100000);
    double picks[ROUNDS];
    double samples[ROUNDS];
    uint64_t before = allocations;
    for (int r = 0; r < ROUNDS; r++) {
        picks[r] = time_picks(&lb, 1000000);
        samples[r] = time_samples(&lb, hosts, 1000000);
    }
    double pick = median(picks);
    double sample = median(samples);
    printf("%6zu endpoints, %s: pick %5.1f ns (best %.1f), sample %5.1f ns (best %.1f), %llu allocations in %d of each",
           hosts, unequal ? "unequal" : "equal  ", pick, picks[0], sample, samples[0], (unsigned long long)(allocations - before), ROUNDS * 1000000);
    printf(", list built in %.3f ms\n", build_ms);
    stub_stop(&lb);
    free(lb.priorities[0].hosts);
}

int main(void) {
    double clocks[ROUNDS];
    for (int r = 0; r < ROUNDS; r++) {
        int64_t begin = used();
        for (int i = 0; i < 1000000; i++) {
            stub_now = bench_now();
        }
        clocks[r] = (double)(used() - begin) / 1e6;
    }
    printf("one clock read %.1f ns (each pick and sample has one)\n", median(clocks));
    static const size_t sizes[] = {3, 10, 100, 10000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        measure(sizes[s], false);
        measure(sizes[s], true);
    }
    return 0;
}
