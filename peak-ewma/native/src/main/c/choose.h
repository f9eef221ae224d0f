/* How one endpoint is chosen among priorities, localities and endpoints. Pure, like core.h. */
#ifndef PEAKMESH_CHOOSE_H
#define PEAKMESH_CHOOSE_H

#include "core.h"

/* A usable endpoint in the order in which Envoy lists those of its priority. */
struct pe_slot {
    struct pe_endpoint *endpoint;
    uint32_t weight;   /* at least 1 */
    uint32_t position; /* among all of its priority, usable or not */
};

struct pe_locality {
    uint32_t weight;
    uint32_t count;
    const uint32_t *members; /* indices of slots */
    const uint64_t *sums;    /* as pe_sums makes them of its members, NULL if all weights are equal */
};

struct pe_priority {
    const struct pe_slot *slots;
    uint32_t count; /* usable */
    uint32_t total; /* and not usable */
    const struct pe_locality *localities;
    uint32_t locality_count;
    const uint64_t *sums; /* as pe_sums makes them of its slots, NULL if all weights are equal */
};

struct pe_cluster {
    const struct pe_priority *priorities;
    uint32_t count;
};

/* What the choice asks about while it is made; the first parameter is this struct itself. */
struct pe_request {
    uint64_t (*random)(struct pe_request *);
    uint64_t (*outstanding)(struct pe_request *, uint32_t priority, const struct pe_slot *);
    /* Whether this request was sent to it before. */
    bool (*tried)(struct pe_request *, uint32_t priority, const struct pe_slot *);
    int64_t now;
};

struct pe_choice {
    uint32_t priority;
    uint32_t index;       /* of the slot */
    uint64_t outstanding; /* of its endpoint, before this request */
};

/*
 * Fills in the sum of the weights up to each of count slots, or of those that members name, and returns sums; NULL if all
 * weights are equal: there is nothing to draw by.
 */
const uint64_t *pe_sums(const struct pe_slot *slots, const uint32_t *members, uint32_t count, uint64_t *sums);

/* False if nothing can be chosen. The caller tells the endpoint with pe_picked. */
bool pe_choose(const struct pe_config *config, const struct pe_cluster *cluster, struct pe_request *request,
               struct pe_choice *choice);

#endif
