/*
 * What this thread knows of its endpoints, by cluster and address. Each Envoy thread has its own table, which only it
 * changes. The registry lock is held wherever a table's structure changes and while the admin page reads it, never for a
 * choice or a sample.
 */
#ifndef PEAKMESH_HOSTS_H
#define PEAKMESH_HOSTS_H

#include <string.h>

#include "abi.h"
#include "core.h"

struct pe_lb;
struct pe_list;

/* One for all threads: Envoy counts an endpoint's requests process-wide, so we count ours likewise. */
struct pe_asked {
    _Atomic int64_t count; /* times chosen, less those that ended without reaching a connection */
    uint32_t holders;
};

struct pe_host {
    struct pe_endpoint endpoint; /* first: a slot's endpoint is its host */
    struct pe_asked *asked;
    struct pe_lb *home; /* the balancer whose list has it, NULL if none */
    const struct pe_list *home_list;
    uint32_t home_priority;
    uint32_t home_position;

    /* To tell waiting requests from lost count: see waiting.c. */
    _Atomic int64_t base;
    int64_t window_start;
    int64_t window_least;
    uint64_t seen_total;
    uint64_t seen_connect_fail;
    uint64_t seen_timeout;
    bool connecting;

    /* For the admin page. */
    _Atomic uint64_t picks;
    _Atomic uint64_t samples;
    _Atomic uint64_t failures;
    _Atomic uint64_t errors;
    _Atomic int64_t last_pick;
    _Atomic int64_t epoch; /* which stretch of time recent_picks counts */
    _Atomic uint32_t recent_picks;
    _Atomic uint32_t earlier_picks; /* of the stretch before */

    /* Structure, under the registry lock. */
    struct pe_host *chain;
    struct pe_host *idle_before;
    struct pe_host *idle_after;
    int64_t expires;
    uint32_t holders; /* lists that have it */
    uint32_t hash;
    uint32_t cluster_length;
    uint32_t address_length;
    char key[]; /* cluster, then address */
};

/* The same bytes. */
static inline bool pe_same(envoy_buffer a, envoy_buffer b) {
    return a.length == b.length && (a.length == 0 || memcmp(a.ptr, b.ptr, a.length) == 0);
}

/* A stream that was sampled before its end. */
struct pe_stream {
    uint64_t key;
    uint64_t received;
    bool slow; /* told once, while no byte had come */
};

enum { PE_STREAMS = 512 };

struct pe_table {
    struct pe_host **buckets;
    uint32_t bucket_count; /* a power of two */
    uint32_t count;
    uint32_t idle_count;
    struct pe_host *idle_first; /* expires first */
    struct pe_host *idle_last;
    int64_t next_sweep;
    struct pe_lb *balancers;
    struct pe_host *last_picked;
    struct pe_stream *streams; /* NULL until one is needed */
    uint64_t random;
    struct pe_table *next; /* registry */
};

/* This thread's table, made on first use; NULL only if memory is short. */
struct pe_table *pe_table_here(void);
/* The first of all tables; the lock must be held. */
struct pe_table *pe_tables(void);

void pe_lock(void);
void pe_unlock(void);

uint64_t pe_random(struct pe_table *table);

/* NULL if it is not known. */
struct pe_host *pe_host_find(const struct pe_table *table, envoy_buffer cluster, envoy_buffer address);
/* Finds or makes it and counts one more holder; NULL if memory is short. The lock must be held. */
struct pe_host *pe_host_acquire(struct pe_table *table, envoy_buffer cluster, envoy_buffer address, int64_t now);
/* With no holder left it is kept for 30 seconds, at most 4,096 such at once. The lock must be held. */
void pe_host_release(struct pe_table *table, struct pe_host *host, int64_t now);
/* Frees what nobody held for 30 seconds. Takes the lock. */
void pe_table_sweep(struct pe_table *table, int64_t now);

static inline envoy_buffer pe_host_cluster(const struct pe_host *host) {
    return (envoy_buffer){host->key, host->cluster_length};
}

static inline envoy_buffer pe_host_address(const struct pe_host *host) {
    return (envoy_buffer){host->key + host->cluster_length, host->address_length};
}

/* Counts a choice. */
void pe_host_picked(struct pe_host *host, int64_t now, uint64_t outstanding);
/* Choices in the stretch of 10 seconds that now is in and the one before. */
uint64_t pe_host_recent_picks(const struct pe_host *host, int64_t now);

#endif
