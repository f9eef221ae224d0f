#include "hosts.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"

enum { FEWEST_BUCKETS = 16, MOST_IDLE = 4096 };

static const int64_t KEPT = 30 * PE_SECOND;
static const int64_t STRETCH = 10 * PE_SECOND;

static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static struct pe_table *registry;
static __thread struct pe_table *here;

void pe_lock(void) {
    pthread_mutex_lock(&registry_lock);
}

void pe_unlock(void) {
    pthread_mutex_unlock(&registry_lock);
}

struct pe_table *pe_tables(void) {
    return registry;
}

struct pe_table *pe_table_here(void) {
    if (here != NULL) {
        return here;
    }
    struct pe_table *table = calloc(1, sizeof *table);
    if (table == NULL) {
        return NULL;
    }
    table->next_sweep = INT64_MAX;
    table->random = pe_seed();
    pe_lock();
    table->next = registry;
    registry = table;
    pe_unlock();
    here = table;
    return table;
}

/* SplitMix64: one addition and a mix, passes the usual tests, state of one word. */
uint64_t pe_random(struct pe_table *table) {
    uint64_t z = table->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

/* Eight bytes at a time: names of clusters are long, and each sample looks one up. */
static uint64_t mix(uint64_t hash, envoy_buffer bytes) {
    const uint64_t odd = UINT64_C(0x9E3779B97F4A7C15);
    size_t at = 0;
    uint64_t word;
    for (; bytes.length - at >= sizeof word; at += sizeof word) {
        memcpy(&word, bytes.ptr + at, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 32;
    }
    word = bytes.length;
    for (; at < bytes.length; at++) {
        word = word << 8 | (unsigned char)bytes.ptr[at];
    }
    hash = (hash ^ word) * odd;
    return hash ^ hash >> 32;
}

static uint32_t hash_of(envoy_buffer cluster, envoy_buffer address) {
    return (uint32_t)mix(mix(0, cluster), address);
}

static struct pe_host *find(const struct pe_table *table, envoy_buffer cluster, envoy_buffer address, uint32_t hash) {
    if (table->bucket_count == 0) {
        return NULL;
    }
    struct pe_host *host = table->buckets[hash & (table->bucket_count - 1)];
    while (host != NULL && !(host->hash == hash && pe_same(pe_host_address(host), address) &&
                             pe_same(pe_host_cluster(host), cluster))) {
        host = host->chain;
    }
    return host;
}

struct pe_host *pe_host_find(const struct pe_table *table, envoy_buffer cluster, envoy_buffer address) {
    return find(table, cluster, address, hash_of(cluster, address));
}

/* Keeps the table where it is if memory is short: longer chains still work. */
static void resize(struct pe_table *table, uint32_t bucket_count) {
    struct pe_host **buckets = calloc(bucket_count, sizeof *buckets);
    if (buckets == NULL) {
        return;
    }
    for (uint32_t b = 0; b < table->bucket_count; b++) {
        struct pe_host *host = table->buckets[b];
        while (host != NULL) {
            struct pe_host *next = host->chain;
            struct pe_host **bucket = &buckets[host->hash & (bucket_count - 1)];
            host->chain = *bucket;
            *bucket = host;
            host = next;
        }
    }
    free(table->buckets);
    table->buckets = buckets;
    table->bucket_count = bucket_count;
}

static void leave_idle(struct pe_table *table, struct pe_host *host) {
    *(host->idle_before == NULL ? &table->idle_first : &host->idle_before->idle_after) = host->idle_after;
    *(host->idle_after == NULL ? &table->idle_last : &host->idle_after->idle_before) = host->idle_before;
    host->idle_before = NULL;
    host->idle_after = NULL;
    table->idle_count--;
    table->next_sweep = table->idle_first == NULL ? INT64_MAX : table->idle_first->expires;
}

static void forget(struct pe_table *table, struct pe_host *host) {
    leave_idle(table, host);
    struct pe_host **link = &table->buckets[host->hash & (table->bucket_count - 1)];
    while (*link != host) {
        link = &(*link)->chain;
    }
    *link = host->chain;
    table->count--;
    if (--host->asked->holders == 0) {
        free(host->asked);
    }
    if (table->last_picked == host) {
        table->last_picked = NULL;
    }
    free(host);
    if (table->bucket_count > FEWEST_BUCKETS && table->count < table->bucket_count / 8) {
        resize(table, table->bucket_count / 4);
    }
}

static struct pe_asked *share(envoy_buffer cluster, envoy_buffer address, uint32_t hash) {
    for (struct pe_table *table = registry; table != NULL; table = table->next) {
        struct pe_host *host = find(table, cluster, address, hash);
        if (host != NULL) {
            host->asked->holders++;
            return host->asked;
        }
    }
    struct pe_asked *asked = calloc(1, sizeof *asked);
    if (asked != NULL) {
        asked->holders = 1;
    }
    return asked;
}

static void copy(char *to, envoy_buffer bytes) {
    if (bytes.length > 0) {
        memcpy(to, bytes.ptr, bytes.length);
    }
}

static struct pe_host *make(struct pe_table *table, envoy_buffer cluster, envoy_buffer address, uint32_t hash,
                            int64_t now) {
    struct pe_host *host = calloc(1, sizeof *host + cluster.length + address.length);
    struct pe_asked *asked = host == NULL ? NULL : share(cluster, address, hash);
    if (asked == NULL) {
        free(host);
        return NULL;
    }
    pe_init(&host->endpoint);
    host->asked = asked;
    host->hash = hash;
    host->window_start = now;
    host->window_least = INT64_MAX;
    PE_SET(host->last_pick, PE_NONE);
    host->cluster_length = (uint32_t)cluster.length;
    host->address_length = (uint32_t)address.length;
    copy(host->key, cluster);
    copy(host->key + cluster.length, address);
    struct pe_host **bucket = &table->buckets[hash & (table->bucket_count - 1)];
    host->chain = *bucket;
    *bucket = host;
    table->count++;
    return host;
}

struct pe_host *pe_host_acquire(struct pe_table *table, envoy_buffer cluster, envoy_buffer address, int64_t now) {
    uint32_t hash = hash_of(cluster, address);
    struct pe_host *host = find(table, cluster, address, hash);
    if (host == NULL) {
        if (table->count >= table->bucket_count) {
            resize(table, table->bucket_count == 0 ? FEWEST_BUCKETS : 2 * table->bucket_count);
        }
        host = table->bucket_count == 0 ? NULL : make(table, cluster, address, hash, now);
    } else if (host->holders == 0) {
        leave_idle(table, host);
    }
    if (host != NULL) {
        host->holders++;
    }
    return host;
}

void pe_host_release(struct pe_table *table, struct pe_host *host, int64_t now) {
    if (--host->holders > 0) {
        return;
    }
    host->expires = now + KEPT;
    host->idle_before = table->idle_last;
    *(table->idle_last == NULL ? &table->idle_first : &table->idle_last->idle_after) = host;
    table->idle_last = host;
    table->idle_count++;
    table->next_sweep = table->idle_first->expires;
    if (pe_is_unknown(&host->endpoint)) {
        forget(table, host);
    } else if (table->idle_count > MOST_IDLE) {
        forget(table, table->idle_first);
    }
}

void pe_table_sweep(struct pe_table *table, int64_t now) {
    pe_lock();
    while (table->idle_first != NULL && table->idle_first->expires <= now) {
        forget(table, table->idle_first);
    }
    pe_unlock();
}

void pe_host_picked(struct pe_host *host, int64_t now, uint64_t outstanding) {
    pe_picked(&host->endpoint, now, outstanding);
    atomic_fetch_add_explicit(&host->asked->count, 1, memory_order_relaxed);
    PE_ADD(host->picks, 1);
    PE_SET(host->last_pick, now);
    int64_t epoch = now / STRETCH;
    int64_t before = PE_GET(host->epoch);
    if (epoch != before) {
        PE_SET(host->earlier_picks, epoch == before + 1 ? PE_GET(host->recent_picks) : 0);
        PE_SET(host->recent_picks, 0);
        PE_SET(host->epoch, epoch);
    }
    PE_ADD(host->recent_picks, 1);
}

uint64_t pe_host_recent_picks(const struct pe_host *host, int64_t now) {
    int64_t age = now / STRETCH - PE_GET(host->epoch);
    uint64_t recent = PE_GET(host->recent_picks);
    return age <= 0 ? recent + PE_GET(host->earlier_picks) : age == 1 ? recent : 0;
}
