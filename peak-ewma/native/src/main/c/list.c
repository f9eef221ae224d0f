/* Builds the list that choices are made from: once for each membership update, at the next choice. */
#include <stdlib.h>

#include "lb.h"

struct sizes {
    size_t priorities;
    size_t slots;
    size_t localities;
    size_t members;
};

static struct sizes measure(const struct pe_lb *lb) {
    struct sizes sizes = {.priorities = ENVOY(lb_get_priority_set_size)(lb->envoy)};
    for (uint32_t p = 0; p < sizes.priorities; p++) {
        sizes.slots += ENVOY(lb_get_healthy_hosts_count)(lb->envoy, p);
        if (lb->config->locality_weighted) {
            size_t localities = ENVOY(lb_get_locality_count)(lb->envoy, p);
            sizes.localities += localities;
            for (size_t l = 0; l < localities; l++) {
                sizes.members += ENVOY(lb_get_locality_host_count)(lb->envoy, p, l);
            }
        }
    }
    return sizes;
}

/* The parts lie in one block, the most aligned first. */
static struct pe_list *allocate(struct sizes sizes) {
    size_t bytes = sizeof(struct pe_list) + sizes.priorities * sizeof(struct pe_priority) +
                   sizes.slots * (sizeof(struct pe_slot) + sizeof(uint64_t)) +
                   sizes.localities * sizeof(struct pe_locality) +
                   sizes.members * (sizeof(uint64_t) + sizeof(uint32_t));
    struct pe_list *list = calloc(1, bytes);
    if (list != NULL) {
        list->priorities = (struct pe_priority *)(list + 1);
        list->slots = (struct pe_slot *)(list->priorities + sizes.priorities);
        list->localities = (struct pe_locality *)(list->slots + sizes.slots);
        list->slot_sums = (uint64_t *)(list->localities + sizes.localities);
        list->member_sums = list->slot_sums + sizes.slots;
        list->members = (uint32_t *)(list->member_sums + sizes.members);
        list->cluster.priorities = list->priorities;
    }
    return list;
}

/*
 * Where a usable endpoint stands among all. Envoy lists the usable ones in the order of all, so the search goes on from
 * the one before and ends at once; it goes around the list in case another Envoy does not.
 */
static bool position_of(void *envoy, uint32_t priority, envoy_buffer address, size_t total, size_t *cursor) {
    for (size_t step = 0; step < total; step++) {
        size_t position = (*cursor + step) % total;
        envoy_buffer other = {0};
        if (ENVOY(lb_get_host_address)(envoy, priority, position, &other) && pe_same(address, other)) {
            *cursor = position;
            return true;
        }
    }
    return false;
}

/*
 * A host that is new to the balancer is a new host of Envoy's, whose counts start afresh; only what is learnt of the
 * address stays.
 */
static void settle(struct pe_lb *lb, const struct pe_list *list, struct pe_host *host, uint32_t priority,
                   uint32_t position) {
    if (host->home != lb) {
        host->seen_total = ENVOY(lb_get_host_stat)(lb->envoy, priority, position, ENVOY_RQ_TOTAL);
        host->seen_timeout = ENVOY(lb_get_host_stat)(lb->envoy, priority, position, ENVOY_RQ_TIMEOUT);
        host->seen_connect_fail = ENVOY(lb_get_host_stat)(lb->envoy, priority, position, ENVOY_CX_CONNECT_FAIL);
        PE_SET(host->base, PE_GET(host->asked->count) - (int64_t)host->seen_total);
    }
    host->home = lb;
    host->home_list = list;
    host->home_priority = priority;
    host->home_position = position;
}

static bool add_slots(struct pe_lb *lb, struct pe_list *list, uint32_t p, envoy_buffer cluster, int64_t now) {
    struct pe_priority *priority = &list->priorities[p];
    size_t healthy = ENVOY(lb_get_healthy_hosts_count)(lb->envoy, p);
    size_t total = ENVOY(lb_get_hosts_count)(lb->envoy, p);
    priority->slots = &list->slots[list->slot_count];
    uint64_t *sums = &list->slot_sums[list->slot_count];
    priority->total = (uint32_t)total;
    size_t cursor = 0;
    for (size_t i = 0; i < healthy; i++) {
        envoy_buffer address = {0};
        if (!ENVOY(lb_get_healthy_host_address)(lb->envoy, p, i, &address) ||
            !position_of(lb->envoy, p, address, total, &cursor)) {
            return false;
        }
        struct pe_host *host = pe_host_acquire(lb->table, cluster, address, now);
        if (host == NULL) {
            return false;
        }
        settle(lb, list, host, p, (uint32_t)cursor);
        uint32_t weight = ENVOY(lb_get_healthy_host_weight)(lb->envoy, p, i);
        list->slots[list->slot_count++] = (struct pe_slot){
            .endpoint = &host->endpoint, .weight = weight == 0 ? 1 : weight, .position = (uint32_t)cursor};
        priority->count++;
        cursor = (cursor + 1) % total;
    }
    priority->sums = pe_sums(priority->slots, NULL, priority->count, sums);
    return true;
}

static uint32_t slot_of(const struct pe_priority *priority, envoy_buffer address, uint32_t from) {
    for (uint32_t step = 0; step < priority->count; step++) {
        uint32_t index = (from + step) % priority->count;
        if (pe_same(pe_host_address((const struct pe_host *)priority->slots[index].endpoint), address)) {
            return index;
        }
    }
    return priority->count;
}

/* Envoy lists the usable endpoints of each locality; where it names one that is not in the list, that one is left out. */
static void add_localities(struct pe_lb *lb, struct pe_list *list, uint32_t p, size_t *locality_at,
                           size_t *member_at) {
    struct pe_priority *priority = &list->priorities[p];
    size_t localities = ENVOY(lb_get_locality_count)(lb->envoy, p);
    priority->localities = &list->localities[*locality_at];
    uint32_t cursor = 0;
    for (size_t l = 0; l < localities; l++) {
        struct pe_locality *locality = &list->localities[(*locality_at)++];
        uint32_t *members = &list->members[*member_at];
        size_t hosts = ENVOY(lb_get_locality_host_count)(lb->envoy, p, l);
        for (size_t i = 0; i < hosts; i++) {
            envoy_buffer address = {0};
            if (!ENVOY(lb_get_locality_host_address)(lb->envoy, p, l, i, &address)) {
                continue;
            }
            uint32_t index = slot_of(priority, address, cursor);
            if (index < priority->count) {
                members[locality->count++] = index;
                cursor = index + 1;
            }
        }
        locality->weight = ENVOY(lb_get_locality_weight)(lb->envoy, p, l);
        locality->members = members;
        locality->sums = pe_sums(priority->slots, members, locality->count, &list->member_sums[*member_at]);
        *member_at += locality->count;
    }
    priority->locality_count = (uint32_t)localities;
}

/* A host that no newer list has taken over has no place any more where it could be looked at. */
static void release(struct pe_lb *lb, struct pe_list *list, int64_t now) {
    if (list == NULL) {
        return;
    }
    for (uint32_t s = 0; s < list->slot_count; s++) {
        struct pe_host *host = (struct pe_host *)list->slots[s].endpoint;
        if (host->home_list == list) {
            host->home = NULL;
            host->home_list = NULL;
        }
        pe_host_release(lb->table, host, now);
    }
    free(list);
}

void pe_lb_drop_list(struct pe_lb *lb, int64_t now) {
    release(lb, lb->list, now);
    lb->list = NULL;
}

static struct pe_list *build(struct pe_lb *lb, int64_t now) {
    struct sizes sizes = measure(lb);
    struct pe_list *list = allocate(sizes);
    if (list == NULL) {
        return NULL;
    }
    envoy_buffer cluster = {0};
    ENVOY(lb_get_cluster_name)(lb->envoy, &cluster);
    size_t localities = 0;
    size_t members = 0;
    for (uint32_t p = 0; p < sizes.priorities; p++) {
        list->cluster.count = p + 1;
        if (!add_slots(lb, list, p, cluster, now)) {
            release(lb, list, now);
            return NULL;
        }
        if (lb->config->locality_weighted) {
            add_localities(lb, list, p, &localities, &members);
        }
    }
    return list;
}

bool pe_lb_refresh(struct pe_lb *lb, int64_t now) {
    pe_lock();
    struct pe_list *list = build(lb, now);
    struct pe_list *old = lb->list;
    lb->list = list;
    release(lb, old, now);
    lb->stale = list == NULL;
    pe_unlock();
    return list != NULL;
}
