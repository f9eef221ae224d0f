/* A load balancer of one cluster on one thread, and the list of endpoints it chooses from. */
#ifndef PEAKMESH_LB_H
#define PEAKMESH_LB_H

#include "choose.h"
#include "hosts.h"

/* The list as of a membership update. One block of memory; its endpoints are held. */
struct pe_list {
    struct pe_cluster cluster;
    struct pe_priority *priorities;
    struct pe_slot *slots;
    struct pe_locality *localities;
    uint32_t *members;
    uint64_t *slot_sums;
    uint64_t *member_sums;
    uint32_t slot_count;
};

struct pe_lb {
    const struct pe_config *config;
    void *envoy;
    struct pe_table *table;
    struct pe_list *list; /* NULL before the first choice */
    bool stale;           /* the members changed since the list was built */
    struct pe_lb *next;   /* of this thread; under the registry lock */
};

/* Brings the list up to date; false if memory is short, with the old list gone. */
bool pe_lb_refresh(struct pe_lb *lb, int64_t now);
/* Lets go of the list. The lock must be held. */
void pe_lb_drop_list(struct pe_lb *lb, int64_t now);

/*
 * Requests of the endpoint that have no answer yet, on whatever thread: those on a connection, which Envoy counts, and
 * those that wait for one, which it does not.
 */
uint64_t pe_outstanding(struct pe_lb *lb, struct pe_host *host, int64_t now);
/* The same for the page on the main thread, which may read a worker's host but not change it. */
uint64_t pe_waiting_seen(const struct pe_host *host, uint64_t total);

#endif
