#include "stub.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const void *ON(lb_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text);
void ON(lb_config_destroy)(const void *config);
const void *ON(lb_new)(const void *config, void *lb_envoy);
bool ON(lb_choose_host)(void *lb_envoy, const void *lb, void *context, uint32_t *priority, uint32_t *index);
void ON(lb_on_host_membership_update)(void *lb_envoy, const void *lb, size_t added, size_t removed);
void ON(lb_destroy)(const void *lb);
void ON(access_logger_log)(void *log, const void *logger, int type);
uint32_t ON(bootstrap_extension_admin_request)(void *config_envoy, const void *config, envoy_buffer method,
                                               envoy_buffer path, envoy_buffer body);

int64_t stub_now = 1000000000;
int64_t stub_wall = INT64_C(1800000000) * 1000000000;
char stub_line[512];
char *stub_page;
size_t stub_page_length;
_Atomic uint64_t stub_stat_calls;

int64_t pe_now(void) {
    return stub_now;
}

int64_t pe_wall(void) {
    return stub_wall;
}

uint64_t pe_seed(void) {
    return 42;
}

static envoy_buffer text(const char *value) {
    return (envoy_buffer){value, value == NULL ? 0 : strlen(value)};
}

bool stub_start(struct stub_lb *lb, const char *config) {
    lb->config = ON(lb_config_new)(lb, text("peak_ewma"), text(config));
    lb->module = lb->config == NULL ? NULL : ON(lb_new)(lb->config, lb);
    return lb->module != NULL;
}

void stub_stop(struct stub_lb *lb) {
    ON(lb_destroy)(lb->module);
    ON(lb_config_destroy)(lb->config);
}

void stub_update(struct stub_lb *lb) {
    ON(lb_on_host_membership_update)(lb, lb->module, 1, 1);
}

static struct stub_host *host_at(struct stub_lb *lb, uint32_t priority, size_t index) {
    if (priority >= lb->priority_count || index >= lb->priorities[priority].count) {
        return NULL;
    }
    return &lb->priorities[priority].hosts[index];
}

/* The index-th usable one, of one locality or of all. */
static struct stub_host *healthy_at(struct stub_lb *lb, uint32_t priority, size_t index, uint32_t locality) {
    if (priority < lb->priority_count && lb->priorities[priority].all_usable && locality == UINT32_MAX) {
        return host_at(lb, priority, index);
    }
    for (size_t i = 0; priority < lb->priority_count && i < lb->priorities[priority].count; i++) {
        struct stub_host *host = &lb->priorities[priority].hosts[i];
        if (!host->unhealthy && (locality == UINT32_MAX || host->locality == locality) && index-- == 0) {
            return host;
        }
    }
    return NULL;
}

static size_t healthy_count(struct stub_lb *lb, uint32_t priority, uint32_t locality) {
    size_t count = 0;
    for (size_t i = 0; priority < lb->priority_count && i < lb->priorities[priority].count; i++) {
        const struct stub_host *host = &lb->priorities[priority].hosts[i];
        count += !host->unhealthy && (locality == UINT32_MAX || host->locality == locality);
    }
    return count;
}

struct stub_host *stub_pick(struct stub_lb *lb, const struct stub_context *context) {
    uint32_t priority = 77;
    uint32_t index = 77;
    if (!ON(lb_choose_host)(lb, lb->module, (void *)context, &priority, &index)) {
        return NULL;
    }
    struct stub_host *host = healthy_at(lb, priority, index, UINT32_MAX);
    if (host == NULL) {
        printf("chosen is priority %u, index %u, which does not exist\n", priority, index);
        abort();
    }
    return host;
}

void stub_tell(struct stub_log *log, int type) {
    ON(access_logger_log)(log, log, type);
}

uint32_t stub_ask(const char *path) {
    return ON(bootstrap_extension_admin_request)(NULL, NULL, text("GET"), text(path), text(NULL));
}

void ENVOY(log)(int level, envoy_buffer message) {
    snprintf(stub_line, sizeof stub_line, "%d %.*s", level, (int)message.length, message.ptr);
}

void ENVOY(lb_get_cluster_name)(void *lb, envoy_buffer *name) {
    *name = text(((struct stub_lb *)lb)->cluster);
}

size_t ENVOY(lb_get_priority_set_size)(void *lb) {
    return ((struct stub_lb *)lb)->priority_count;
}

size_t ENVOY(lb_get_hosts_count)(void *lb, uint32_t priority) {
    const struct stub_lb *of = lb;
    return priority < of->priority_count ? of->priorities[priority].count : 0;
}

size_t ENVOY(lb_get_healthy_hosts_count)(void *lb, uint32_t priority) {
    return healthy_count(lb, priority, UINT32_MAX);
}

static bool give_address(const struct stub_host *host, envoy_buffer *address) {
    *address = text(host == NULL ? NULL : host->address);
    return host != NULL;
}

bool ENVOY(lb_get_host_address)(void *lb, uint32_t priority, size_t index, envoy_buffer *address) {
    return give_address(host_at(lb, priority, index), address);
}

bool ENVOY(lb_get_healthy_host_address)(void *lb, uint32_t priority, size_t index, envoy_buffer *address) {
    return give_address(healthy_at(lb, priority, index, UINT32_MAX), address);
}

uint32_t ENVOY(lb_get_host_weight)(void *lb, uint32_t priority, size_t index) {
    const struct stub_host *host = host_at(lb, priority, index);
    return host == NULL ? 0 : host->weight;
}

uint32_t ENVOY(lb_get_healthy_host_weight)(void *lb, uint32_t priority, size_t index) {
    const struct stub_host *host = healthy_at(lb, priority, index, UINT32_MAX);
    return host == NULL ? 0 : host->weight;
}

bool ENVOY(lb_get_host_locality)(void *lb, uint32_t priority, size_t index, envoy_buffer *region, envoy_buffer *zone,
                                 envoy_buffer *sub_zone) {
    static const char *const zones[STUB_LOCALITIES] = {"zone-a", "zone-b", "zone-c", "zone \"d\""};
    const struct stub_host *host = host_at(lb, priority, index);
    *region = text("region");
    *zone = text(host == NULL ? NULL : zones[host->locality % STUB_LOCALITIES]);
    *sub_zone = text(NULL);
    return host != NULL;
}

uint64_t ENVOY(lb_get_host_stat)(void *lb, uint32_t priority, size_t index, int stat) {
    /* No locked instruction: the bench counts in nanoseconds. */
    atomic_store_explicit(&stub_stat_calls, atomic_load_explicit(&stub_stat_calls, memory_order_relaxed) + 1,
                          memory_order_relaxed);
    const struct stub_host *host = host_at(lb, priority, index);
    return host == NULL ? 0 : host->stats[stat];
}

size_t ENVOY(lb_get_locality_count)(void *lb, uint32_t priority) {
    const struct stub_lb *of = lb;
    return priority < of->priority_count ? of->priorities[priority].localities : 0;
}

size_t ENVOY(lb_get_locality_host_count)(void *lb, uint32_t priority, size_t locality) {
    return healthy_count(lb, priority, (uint32_t)locality);
}

bool ENVOY(lb_get_locality_host_address)(void *lb, uint32_t priority, size_t locality, size_t index,
                                         envoy_buffer *address) {
    return give_address(healthy_at(lb, priority, index, (uint32_t)locality), address);
}

uint32_t ENVOY(lb_get_locality_weight)(void *lb, uint32_t priority, size_t locality) {
    return ((struct stub_lb *)lb)->priorities[priority].locality_weights[locality];
}

bool ENVOY(lb_context_should_select_another_host)(void *lb, void *context, uint32_t priority, size_t index) {
    const struct stub_context *of = context;
    const struct stub_host *host = host_at(lb, priority, index);
    for (size_t i = 0; host != NULL && i < sizeof of->tried / sizeof *of->tried; i++) {
        if (of->tried[i] != NULL && strcmp(of->tried[i], host->address) == 0) {
            return true;
        }
    }
    return false;
}

bool ENVOY(access_logger_get_upstream_cluster)(void *log, envoy_buffer *name) {
    *name = text(((struct stub_log *)log)->cluster);
    return name->ptr != NULL;
}

bool ENVOY(access_logger_get_attribute_string)(void *log, int attribute, envoy_buffer *value) {
    *value = text(attribute == ENVOY_UPSTREAM_ADDRESS ? ((struct stub_log *)log)->address : NULL);
    return value->ptr != NULL;
}

void ENVOY(access_logger_get_timing_info)(void *log, envoy_timing *timing) {
    *timing = ((struct stub_log *)log)->timing;
}

void ENVOY(access_logger_get_bytes_info)(void *log, envoy_bytes *bytes) {
    *bytes = (envoy_bytes){.wire_bytes_received = ((struct stub_log *)log)->received};
}

bool ENVOY(access_logger_has_response_flag)(void *log, int flag) {
    return (((struct stub_log *)log)->flags >> flag & 1) != 0;
}

uint32_t ENVOY(access_logger_get_response_code)(void *log) {
    return ((struct stub_log *)log)->code;
}

uint64_t ENVOY(access_logger_get_upstream_connection_id)(void *log) {
    return ((struct stub_log *)log)->connection;
}

bool ENVOY(access_logger_get_header_value)(void *log, int type, envoy_buffer key, envoy_buffer *value, size_t index,
                                           size_t *count) {
    const struct stub_log *of = log;
    (void)index;
    (void)count;
    for (size_t h = 0; h < STUB_HEADERS && of->headers[h].name != NULL; h++) {
        if (of->headers[h].type == type && strlen(of->headers[h].name) == key.length &&
            memcmp(of->headers[h].name, key.ptr, key.length) == 0) {
            *value = text(of->headers[h].value);
            return true;
        }
    }
    return false;
}

void ENVOY(bootstrap_extension_admin_set_response)(void *config, envoy_buffer body) {
    (void)config;
    free(stub_page);
    stub_page = malloc(body.length + 1);
    if (stub_page == NULL) {
        abort();
    }
    memcpy(stub_page, body.ptr, body.length);
    stub_page[body.length] = '\0';
    stub_page_length = body.length;
}
