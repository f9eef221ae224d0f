/*
 * The hooks of a bootstrap extension, for one admin page: /peakmesh/endpoints, what this Envoy knows of each endpoint.
 *
 * The page is made on the main thread. Which endpoints there are and what Envoy counts of them it asks the main thread's
 * own balancers; what was learnt of them it reads from the workers' tables, under the lock of their structure.
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "lb.h"
#include "report.h"
#include "text.h"

HOOK const void *ON(bootstrap_extension_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text);
HOOK void ON(bootstrap_extension_config_destroy)(const void *config);
HOOK const void *ON(bootstrap_extension_new)(const void *config, void *extension_envoy);
HOOK void ON(bootstrap_extension_destroy)(const void *extension);
HOOK void ON(bootstrap_extension_server_initialized)(void *extension_envoy, const void *extension);
HOOK void ON(bootstrap_extension_worker_thread_initialized)(void *extension_envoy, const void *extension);
HOOK void ON(bootstrap_extension_drain_started)(void *extension_envoy, const void *extension);
HOOK void ON(bootstrap_extension_shutdown)(void *extension_envoy, const void *extension, void (*done)(void *),
                                           void *context);
HOOK void ON(bootstrap_extension_config_scheduled)(void *config_envoy, const void *config, uint64_t event);
HOOK void ON(bootstrap_extension_http_callout_done)(void *config_envoy, const void *config, uint64_t callout, int result,
                                                    void *headers, size_t header_count, void *chunks,
                                                    size_t chunk_count);
HOOK void ON(bootstrap_extension_timer_fired)(void *config_envoy, const void *config, void *timer);
HOOK void ON(bootstrap_extension_file_changed)(void *config_envoy, const void *config, envoy_buffer path,
                                               uint32_t events);
HOOK uint32_t ON(bootstrap_extension_admin_request)(void *config_envoy, const void *config, envoy_buffer method,
                                                    envoy_buffer path, envoy_buffer body);
HOOK void ON(bootstrap_extension_cluster_add_or_update)(void *config_envoy, const void *config, envoy_buffer name);
HOOK void ON(bootstrap_extension_cluster_removal)(void *config_envoy, const void *config, envoy_buffer name);
HOOK void ON(bootstrap_extension_listener_add_or_update)(void *config_envoy, const void *config, envoy_buffer name);
HOOK void ON(bootstrap_extension_listener_removal)(void *config_envoy, const void *config, envoy_buffer name);

struct admin {
    void *envoy;
};

#define TEXT(literal) ((envoy_buffer){literal, sizeof literal - 1})

const void *ON(bootstrap_extension_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text) {
    char reason[PE_REASON];
    struct admin *admin = NULL;
    if (!pe_is_our_name("bootstrap extension", name, reason) || !pe_config_is_empty(text.ptr, text.length, reason)) {
        pe_refuse("bootstrap extension", reason);
    } else if ((admin = malloc(sizeof *admin)) == NULL) {
        pe_refuse("bootstrap extension", "memory is short");
    } else {
        admin->envoy = config_envoy;
        if (ENVOY(bootstrap_extension_config_signal_init_complete) != NULL) {
            ENVOY(bootstrap_extension_config_signal_init_complete)(config_envoy);
        }
    }
    return admin;
}

void ON(bootstrap_extension_config_destroy)(const void *config) {
    free((void *)config);
}

const void *ON(bootstrap_extension_new)(const void *config, void *extension_envoy) {
    (void)extension_envoy;
    return config;
}

void ON(bootstrap_extension_destroy)(const void *extension) {
    (void)extension;
}

/* An Envoy without the page, or without an admin port, balances all the same. */
void ON(bootstrap_extension_server_initialized)(void *extension_envoy, const void *extension) {
    (void)extension_envoy;
    const struct admin *admin = extension;
    if (ENVOY(bootstrap_extension_register_admin_handler) != NULL) {
        ENVOY(bootstrap_extension_register_admin_handler)
        (admin->envoy, TEXT("/peakmesh/endpoints"), TEXT("what each endpoint costs (?cluster=NAME for one cluster)"),
         true, false);
    }
}

/* What all threads together know of one endpoint. */
struct summary {
    struct pe_cost cost;
    uint64_t waiting;
    uint64_t picks;
    uint64_t recent_picks;
    uint64_t samples;
    uint64_t failures;
    uint64_t errors;
    int64_t last_pick;
    bool tried;
};

static double larger(double a, double b) {
    return a > b ? a : b;
}

static struct summary summarise(envoy_buffer cluster, envoy_buffer address, uint64_t total, int64_t now) {
    struct summary all = {.last_pick = PE_NONE};
    for (struct pe_table *table = pe_tables(); table != NULL; table = table->next) {
        const struct pe_host *host = pe_host_find(table, cluster, address);
        if (host == NULL) {
            continue;
        }
        uint64_t waiting = pe_waiting_seen(host, total);
        all.waiting = waiting > all.waiting ? waiting : all.waiting;
        all.picks += PE_GET(host->picks);
        all.recent_picks += pe_host_recent_picks(host, now);
        all.samples += PE_GET(host->samples);
        all.failures += PE_GET(host->failures);
        all.errors += PE_GET(host->errors);
        int64_t last_pick = PE_GET(host->last_pick);
        all.last_pick = last_pick > all.last_pick ? last_pick : all.last_pick;
        all.tried |= PE_GET(host->endpoint.tried);
    }
    return all;
}

/* Of the threads' costs the highest, each part for itself. */
static struct pe_cost costliest(const struct pe_config *config, envoy_buffer cluster, envoy_buffer address, int64_t now,
                                uint64_t outstanding, uint32_t weight) {
    struct pe_cost all = {0};
    for (struct pe_table *table = pe_tables(); table != NULL; table = table->next) {
        const struct pe_host *host = pe_host_find(table, cluster, address);
        if (host != NULL) {
            struct pe_cost cost = pe_look(config, &host->endpoint, now, outstanding, weight == 0 ? 1 : weight);
            all.estimate = larger(all.estimate, cost.estimate);
            all.silence = larger(all.silence, cost.silence);
            all.penalty = larger(all.penalty, cost.penalty);
            all.load = larger(all.load, cost.load);
        }
    }
    return all;
}

static uint64_t recent_picks(void *envoy, envoy_buffer cluster, int64_t now) {
    uint64_t sum = 0;
    size_t priorities = ENVOY(lb_get_priority_set_size)(envoy);
    for (uint32_t p = 0; p < priorities; p++) {
        size_t hosts = ENVOY(lb_get_hosts_count)(envoy, p);
        for (size_t i = 0; i < hosts; i++) {
            envoy_buffer address = {0};
            if (ENVOY(lb_get_host_address)(envoy, p, i, &address)) {
                sum += summarise(cluster, address, 0, now).recent_picks;
            }
        }
    }
    return sum;
}

static void add_endpoint(struct pe_text *page, const struct pe_lb *lb, envoy_buffer cluster, uint32_t p, size_t i,
                         uint64_t cluster_picks, int64_t now) {
    envoy_buffer address = {0};
    if (!ENVOY(lb_get_host_address)(lb->envoy, p, i, &address)) {
        return;
    }
    envoy_buffer region = {0};
    envoy_buffer zone = {0};
    envoy_buffer sub_zone = {0};
    ENVOY(lb_get_host_locality)(lb->envoy, p, i, &region, &zone, &sub_zone);
    uint32_t weight = ENVOY(lb_get_host_weight)(lb->envoy, p, i);
    uint64_t total = ENVOY(lb_get_host_stat)(lb->envoy, p, i, ENVOY_RQ_TOTAL);
    struct summary all = summarise(cluster, address, total, now);
    uint64_t outstanding = lb->config->connections
                               ? ENVOY(lb_get_host_stat)(lb->envoy, p, i, ENVOY_CX_ACTIVE)
                               : ENVOY(lb_get_host_stat)(lb->envoy, p, i, ENVOY_RQ_ACTIVE) + all.waiting;
    struct pe_cost cost = costliest(lb->config, cluster, address, now, outstanding, weight);
    const double ms = (double)PE_MILLISECOND;
    pe_text_add(page, "%s\n{\"cluster\":", page->bytes[page->length - 1] == '[' ? "" : ",");
    pe_text_add_string(page, cluster);
    pe_text_add(page, ",\"address\":");
    pe_text_add_string(page, address);
    pe_text_add(page, ",\"priority\":%u,\"zone\":", p);
    pe_text_add_string(page, zone);
    pe_text_add(page,
                ",\"weight\":%u,\"outstanding\":%llu,\"cost_ms\":%.3f,\"silence_ms\":%.3f,\"penalty_ms\":%.3f,"
                "\"load_ms\":%.3f,\"picks\":%llu,\"pick_share\":%.4f,\"samples\":%llu,\"failures\":%llu,\"errors\":%llu",
                weight, (unsigned long long)outstanding, cost.estimate / ms, cost.silence / ms, cost.penalty / ms,
                cost.load / ms, (unsigned long long)all.picks,
                cluster_picks == 0 ? 0 : (double)all.recent_picks / (double)cluster_picks,
                (unsigned long long)all.samples, (unsigned long long)all.failures, (unsigned long long)all.errors);
    if (all.last_pick == PE_NONE) {
        pe_text_add(page, ",\"idle_ms\":null");
    } else {
        pe_text_add(page, ",\"idle_ms\":%lld", (long long)((now - all.last_pick) / PE_MILLISECOND));
    }
    pe_text_add(page, ",\"tried\":%s}", all.tried ? "true" : "false");
}

static void add_cluster(struct pe_text *page, const struct pe_lb *lb, envoy_buffer cluster, int64_t now) {
    uint64_t cluster_picks = recent_picks(lb->envoy, cluster, now);
    size_t priorities = ENVOY(lb_get_priority_set_size)(lb->envoy);
    for (uint32_t p = 0; p < priorities; p++) {
        size_t hosts = ENVOY(lb_get_hosts_count)(lb->envoy, p);
        for (size_t i = 0; i < hosts && !page->failed; i++) {
            add_endpoint(page, lb, cluster, p, i, cluster_picks, now);
        }
    }
}

static int hex(char c) {
    return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

/* One character of a query, %-decoded; moves on past it. */
static char decoded(envoy_buffer text, size_t *at) {
    char c = text.ptr[(*at)++];
    if (c == '+') {
        return ' ';
    }
    if (c == '%' && text.length - *at >= 2 && hex(text.ptr[*at]) >= 0 && hex(text.ptr[*at + 1]) >= 0) {
        c = (char)(hex(text.ptr[*at]) << 4 | hex(text.ptr[*at + 1]));
        *at += 2;
    }
    return c;
}

/* Whether the page is to show this cluster: all of them without ?cluster=. */
static bool is_wanted(envoy_buffer path, envoy_buffer cluster) {
    static const char key[] = "cluster=";
    const char *query = path.length == 0 ? NULL : memchr(path.ptr, '?', path.length);
    size_t at = query == NULL ? path.length : (size_t)(query - path.ptr) + 1;
    while (at < path.length) {
        const char *end = memchr(path.ptr + at, '&', path.length - at);
        envoy_buffer pair = {path.ptr + at, end == NULL ? path.length - at : (size_t)(end - path.ptr) - at};
        if (pair.length >= sizeof key - 1 && memcmp(pair.ptr, key, sizeof key - 1) == 0) {
            size_t read = sizeof key - 1;
            size_t matched = 0;
            while (read < pair.length && matched < cluster.length && decoded(pair, &read) == cluster.ptr[matched]) {
                matched++;
            }
            return read == pair.length && matched == cluster.length;
        }
        at += pair.length + 1;
    }
    return true;
}

uint32_t ON(bootstrap_extension_admin_request)(void *config_envoy, const void *config, envoy_buffer method,
                                               envoy_buffer path, envoy_buffer body) {
    (void)config;
    (void)method;
    (void)body;
    struct pe_table *table = pe_table_here();
    struct pe_text page = {0};
    int64_t now = pe_now();
    pe_text_add(&page, "{\"version\":\"v1\",\"endpoints\":[");
    pe_lock();
    for (struct pe_lb *lb = table == NULL ? NULL : table->balancers; lb != NULL && !page.failed; lb = lb->next) {
        envoy_buffer cluster = {0};
        ENVOY(lb_get_cluster_name)(lb->envoy, &cluster);
        if (is_wanted(path, cluster)) {
            add_cluster(&page, lb, cluster, now);
        }
    }
    pe_unlock();
    pe_text_add(&page, "\n]}\n");
    uint32_t status = page.failed ? 503 : 200;
    if (!page.failed && ENVOY(bootstrap_extension_admin_set_response) != NULL) {
        ENVOY(bootstrap_extension_admin_set_response)(config_envoy, (envoy_buffer){page.bytes, page.length});
    }
    free(page.bytes);
    return status;
}

void ON(bootstrap_extension_shutdown)(void *extension_envoy, const void *extension, void (*done)(void *),
                                      void *context) {
    (void)extension_envoy;
    (void)extension;
    if (done != NULL) {
        done(context);
    }
}

/* Envoy asks for every hook; the rest has nothing to do. */
void ON(bootstrap_extension_worker_thread_initialized)(void *extension_envoy, const void *extension) {
    (void)extension_envoy;
    (void)extension;
}

void ON(bootstrap_extension_drain_started)(void *extension_envoy, const void *extension) {
    (void)extension_envoy;
    (void)extension;
}

void ON(bootstrap_extension_config_scheduled)(void *config_envoy, const void *config, uint64_t event) {
    (void)config_envoy;
    (void)config;
    (void)event;
}

void ON(bootstrap_extension_http_callout_done)(void *config_envoy, const void *config, uint64_t callout, int result,
                                               void *headers, size_t header_count, void *chunks, size_t chunk_count) {
    (void)config_envoy;
    (void)config;
    (void)callout;
    (void)result;
    (void)headers;
    (void)header_count;
    (void)chunks;
    (void)chunk_count;
}

void ON(bootstrap_extension_timer_fired)(void *config_envoy, const void *config, void *timer) {
    (void)config_envoy;
    (void)config;
    (void)timer;
}

void ON(bootstrap_extension_file_changed)(void *config_envoy, const void *config, envoy_buffer path, uint32_t events) {
    (void)config_envoy;
    (void)config;
    (void)path;
    (void)events;
}

void ON(bootstrap_extension_cluster_add_or_update)(void *config_envoy, const void *config, envoy_buffer name) {
    (void)config_envoy;
    (void)config;
    (void)name;
}

void ON(bootstrap_extension_cluster_removal)(void *config_envoy, const void *config, envoy_buffer name) {
    (void)config_envoy;
    (void)config;
    (void)name;
}

void ON(bootstrap_extension_listener_add_or_update)(void *config_envoy, const void *config, envoy_buffer name) {
    (void)config_envoy;
    (void)config;
    (void)name;
}

void ON(bootstrap_extension_listener_removal)(void *config_envoy, const void *config, envoy_buffer name) {
    (void)config_envoy;
    (void)config;
    (void)name;
}
