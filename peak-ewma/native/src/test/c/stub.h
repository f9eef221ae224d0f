/* An Envoy of a few structs: what the module asks of Envoy, answered from memory that tests fill. */
#ifndef PEAKMESH_STUB_H
#define PEAKMESH_STUB_H

#include "../../main/c/abi.h"
#include "../../main/c/clock.h"

enum { STUB_PRIORITIES = 3, STUB_LOCALITIES = 4, STUB_STATS = 8, STUB_HEADERS = 6 };

struct stub_host {
    char address[32];
    uint32_t weight;
    uint32_t locality;
    bool unhealthy;
    uint64_t stats[STUB_STATS];
};

struct stub_priority {
    struct stub_host *hosts;
    size_t count;
    uint32_t locality_weights[STUB_LOCALITIES];
    size_t localities;
    bool all_usable; /* says so to save the search where there are very many */
};

struct stub_lb {
    const char *cluster;
    struct stub_priority priorities[STUB_PRIORITIES];
    size_t priority_count;
    const void *config;
    const void *module;
};

/* A request that was at these addresses before. */
struct stub_context {
    const char *tried[4];
};

struct stub_log {
    const char *cluster;
    const char *address;
    envoy_timing timing;
    uint64_t received;
    uint64_t connection;
    uint64_t flags; /* a bit each */
    uint32_t code;
    struct {
        int type;
        const char *name;
        const char *value;
    } headers[STUB_HEADERS];
};

extern int64_t stub_now;
extern int64_t stub_wall;
extern char stub_line[512];  /* the last line logged */
extern char *stub_page;      /* the last admin answer */
extern size_t stub_page_length;
extern _Atomic uint64_t stub_stat_calls;

/* Makes the balancer with that configuration; false if it is refused. */
bool stub_start(struct stub_lb *lb, const char *config);
void stub_stop(struct stub_lb *lb);
/* Tells the module that the hosts changed. */
void stub_update(struct stub_lb *lb);
/* Chooses; NULL if nothing is chosen. Fails the test if what is chosen does not exist. */
struct stub_host *stub_pick(struct stub_lb *lb, const struct stub_context *context);
/* Tells the module of an attempt. */
void stub_tell(struct stub_log *log, int type);
/* Asks for the page and returns its status. */
uint32_t stub_ask(const char *path);

#endif
