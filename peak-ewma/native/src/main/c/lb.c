/* The hooks of a load-balancing policy. */
#include "lb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "report.h"

HOOK const void *ON(lb_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text);
HOOK void ON(lb_config_destroy)(const void *config);
HOOK const void *ON(lb_new)(const void *config, void *lb_envoy);
HOOK bool ON(lb_choose_host)(void *lb_envoy, const void *lb, void *context, uint32_t *priority, uint32_t *index);
HOOK void ON(lb_on_host_membership_update)(void *lb_envoy, const void *lb, size_t added, size_t removed);
HOOK void ON(lb_destroy)(const void *lb);

const void *ON(lb_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text) {
    (void)config_envoy;
    char reason[PE_REASON];
    struct pe_config *config = NULL;
    if (!pe_is_our_name("load-balancing policy", name, reason)) {
        pe_refuse("load-balancing policy", reason);
    } else if ((config = malloc(sizeof *config)) == NULL) {
        pe_refuse("load-balancing policy", "memory is short");
    } else if (!pe_config_read(config, text.ptr, text.length, reason)) {
        pe_refuse("load-balancing policy", reason);
        free(config);
        config = NULL;
    }
    return config;
}

void ON(lb_config_destroy)(const void *config) {
    free((void *)config);
}

const void *ON(lb_new)(const void *config, void *lb_envoy) {
    struct pe_table *table = pe_table_here();
    struct pe_lb *lb = table == NULL ? NULL : calloc(1, sizeof *lb);
    if (lb == NULL) {
        return NULL;
    }
    lb->config = config;
    lb->envoy = lb_envoy;
    lb->table = table;
    lb->stale = true;
    pe_lock();
    lb->next = table->balancers;
    table->balancers = lb;
    pe_unlock();
    return lb;
}

void ON(lb_destroy)(const void *module_lb) {
    struct pe_lb *lb = (struct pe_lb *)module_lb;
    pe_lock();
    pe_lb_drop_list(lb, pe_now());
    struct pe_lb **link = &lb->table->balancers;
    while (*link != lb) {
        link = &(*link)->next;
    }
    *link = lb->next;
    pe_unlock();
    free(lb);
}

/* The list is built at the next choice: the main thread and clusters without traffic never need one. */
void ON(lb_on_host_membership_update)(void *lb_envoy, const void *module_lb, size_t added, size_t removed) {
    (void)lb_envoy;
    (void)added;
    (void)removed;
    ((struct pe_lb *)module_lb)->stale = true;
}

struct lb_request {
    struct pe_request request; /* first: the choice knows only this */
    struct pe_lb *lb;
    void *context;
};

static uint64_t draw_random(struct pe_request *request) {
    return pe_random(((struct lb_request *)request)->lb->table);
}

static uint64_t count_outstanding(struct pe_request *request, uint32_t priority, const struct pe_slot *slot) {
    (void)priority;
    return pe_outstanding(((struct lb_request *)request)->lb, (struct pe_host *)slot->endpoint, request->now);
}

static bool was_tried(struct pe_request *request, uint32_t priority, const struct pe_slot *slot) {
    const struct lb_request *of = (const struct lb_request *)request;
    return of->context != NULL &&
           ENVOY(lb_context_should_select_another_host)(of->lb->envoy, of->context, priority, slot->position);
}

bool ON(lb_choose_host)(void *lb_envoy, const void *module_lb, void *context, uint32_t *priority, uint32_t *index) {
    (void)lb_envoy;
    struct pe_lb *lb = (struct pe_lb *)module_lb;
    int64_t now = pe_now();
    if (lb->stale && !pe_lb_refresh(lb, now)) {
        return false;
    }
    if (now >= lb->table->next_sweep) {
        pe_table_sweep(lb->table, now);
    }
    struct lb_request request = {
        .request = {.random = draw_random, .outstanding = count_outstanding, .tried = was_tried, .now = now},
        .lb = lb,
        .context = context,
    };
    struct pe_choice choice;
    if (!pe_choose(lb->config, &lb->list->cluster, &request.request, &choice)) {
        return false;
    }
    struct pe_host *host = (struct pe_host *)lb->list->priorities[choice.priority].slots[choice.index].endpoint;
    pe_host_picked(host, now, choice.outstanding);
    lb->table->last_picked = host;
    *priority = choice.priority;
    *index = choice.index;
    return true;
}
