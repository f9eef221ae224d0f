/*
 * Peak-EWMA as ../../../../ALGORITHM.md states it: what an endpoint is known to cost. Pure: time comes in as nanoseconds
 * of a monotonic clock, nothing is allocated, nothing is printed.
 *
 * An endpoint is written by one thread only. The admin page reads it from another, so each field is a relaxed atomic;
 * on the machines we build for that is a plain load or store.
 */
#ifndef PEAKMESH_CORE_H
#define PEAKMESH_CORE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define PE_MILLISECOND INT64_C(1000000)
#define PE_SECOND INT64_C(1000000000)
/* A time that has not come. */
#define PE_NONE INT64_MIN

#define PE_GET(field) atomic_load_explicit(&(field), memory_order_relaxed)
#define PE_SET(field, value) atomic_store_explicit(&(field), (value), memory_order_relaxed)
/* For a field with one writer: no locked instruction is needed to add to it. */
#define PE_ADD(field, value) PE_SET(field, PE_GET(field) + (value))

/* Times in nanoseconds. */
struct pe_config {
    double decay;
    double rate; /* 1 / decay: a choice has no time to divide */
    int64_t default_rtt;
    int64_t failure_penalty;
    int64_t error_penalty;
    int64_t max_retry_after;
    bool connections;
    bool locality_weighted;
};

struct pe_endpoint {
    _Atomic double cost;
    _Atomic int64_t stamp;
    _Atomic int64_t waiting; /* since when nothing has come, or PE_NONE */
    _Atomic int64_t until;   /* penalised by us */
    _Atomic int64_t told;    /* asked for by the endpoint (Retry-After) */
    _Atomic uint32_t streak; /* failures and errors in a row */
    _Atomic uint32_t rounds; /* penalties in a row */
    _Atomic bool sampled;
    _Atomic bool tried;
    _Atomic bool succeeded;
};

/* What an endpoint costs now, in nanoseconds. */
struct pe_cost {
    double estimate;
    double silence;
    double penalty;
    double load;
};

void pe_init(struct pe_endpoint *endpoint);
/* Whether nothing ever happened to it, so that forgetting it loses nothing. */
bool pe_is_unknown(const struct pe_endpoint *endpoint);

/* It was chosen; outstanding is the number of its requests before this one. */
void pe_picked(struct pe_endpoint *endpoint, int64_t now, uint64_t outstanding);
/* Bytes came from it, on whatever stream. */
void pe_sign(struct pe_endpoint *endpoint);
/* It works, but nothing was timed: what an answer says beside its round-trip time. */
void pe_succeeded(struct pe_endpoint *endpoint);
/* The first byte of an answer that is no error came rtt after the request left. */
void pe_answered(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t rtt);
/* No byte has come for this long, or the caller gave up after it. */
void pe_slow(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t elapsed);
/* It could not be reached, reset before an answer, or timed out. */
void pe_failed(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now);
/* It answered with an error and asks to be left alone for retry_after, 0 if it does not. */
void pe_error(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t retry_after);

/* The penalty alone, which needs no exponential. */
double pe_penalty(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now, uint64_t outstanding);
/* What it costs with so many requests outstanding; weight is at least 1. */
struct pe_cost pe_look(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now,
                       uint64_t outstanding, double weight);

/* A number from 0 to n - 1, evenly, from the upper half r of the random bits: r * n / 2^32, whose product can be longer than
 * 64 bits; 0 gives 0. */
static inline uint64_t pe_draw(uint64_t random, uint64_t n) {
    uint64_t r = random >> 32;
    return r * (n >> 32) + (r * (n & UINT32_MAX) >> 32);
}

#endif
