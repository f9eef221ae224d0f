/*
 * What this module uses of Envoy's dynamic-module interface (Envoy 1.38 to 1.40), declared by us from its
 * documentation. Envoy finds the hooks by name; the callbacks are in the Envoy binary.
 */
#ifndef PEAKMESH_ABI_H
#define PEAKMESH_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes that belong to whoever made them, valid for the call. */
typedef struct {
    const char *ptr;
    size_t length;
} envoy_buffer;

#define HOOK __attribute__((visibility("default")))
#define ON(name) envoy_dynamic_module_on_##name
#define ENVOY(name) envoy_dynamic_module_callback_##name

enum envoy_log_level { ENVOY_LOG_WARN = 3, ENVOY_LOG_ERROR = 4 };
enum envoy_host_stat {
    ENVOY_CX_CONNECT_FAIL = 0,
    ENVOY_RQ_TIMEOUT = 4,
    ENVOY_RQ_TOTAL = 5,
    ENVOY_CX_ACTIVE = 6,
    ENVOY_RQ_ACTIVE = 7
};
enum envoy_log_type { ENVOY_UPSTREAM_PERIODIC = 8, ENVOY_UPSTREAM_END = 9 };
enum envoy_header_type { ENVOY_RESPONSE_HEADER = 2, ENVOY_RESPONSE_TRAILER = 3 };
enum envoy_attribute { ENVOY_UPSTREAM_ADDRESS = 41 };
enum envoy_response_flag {
    ENVOY_UPSTREAM_REQUEST_TIMEOUT = 2,
    ENVOY_LOCAL_RESET = 3,
    ENVOY_UPSTREAM_REMOTE_RESET = 4,
    ENVOY_UPSTREAM_CONNECTION_FAILURE = 5,
    ENVOY_UPSTREAM_CONNECTION_TERMINATION = 6,
    ENVOY_UPSTREAM_OVERFLOW = 7,
    ENVOY_UPSTREAM_PROTOCOL_ERROR = 23
};

/* Nanoseconds; all but the first count from it, and are -1 where the thing did not happen. */
typedef struct {
    int64_t start_unix;
    int64_t request_complete;
    int64_t first_upstream_sent;
    int64_t last_upstream_sent;
    int64_t first_upstream_received;
    int64_t last_upstream_received;
    int64_t first_downstream_sent;
    int64_t last_downstream_sent;
} envoy_timing;

typedef struct {
    uint64_t bytes_received;
    uint64_t bytes_sent;
    uint64_t wire_bytes_received;
    uint64_t wire_bytes_sent;
} envoy_bytes;

void ENVOY(log)(int level, envoy_buffer message);

/* Load balancers. An index counts among the healthy hosts where the name says so, among all hosts otherwise. */
void ENVOY(lb_get_cluster_name)(void *lb, envoy_buffer *name);
size_t ENVOY(lb_get_priority_set_size)(void *lb);
size_t ENVOY(lb_get_hosts_count)(void *lb, uint32_t priority);
size_t ENVOY(lb_get_healthy_hosts_count)(void *lb, uint32_t priority);
bool ENVOY(lb_get_host_address)(void *lb, uint32_t priority, size_t index, envoy_buffer *address);
bool ENVOY(lb_get_healthy_host_address)(void *lb, uint32_t priority, size_t index, envoy_buffer *address);
uint32_t ENVOY(lb_get_host_weight)(void *lb, uint32_t priority, size_t index);
uint32_t ENVOY(lb_get_healthy_host_weight)(void *lb, uint32_t priority, size_t index);
bool ENVOY(lb_get_host_locality)(void *lb, uint32_t priority, size_t index, envoy_buffer *region, envoy_buffer *zone,
                                 envoy_buffer *sub_zone);
uint64_t ENVOY(lb_get_host_stat)(void *lb, uint32_t priority, size_t index, int stat);
size_t ENVOY(lb_get_locality_count)(void *lb, uint32_t priority);
size_t ENVOY(lb_get_locality_host_count)(void *lb, uint32_t priority, size_t locality);
bool ENVOY(lb_get_locality_host_address)(void *lb, uint32_t priority, size_t locality, size_t index,
                                         envoy_buffer *address);
uint32_t ENVOY(lb_get_locality_weight)(void *lb, uint32_t priority, size_t locality);
bool ENVOY(lb_context_should_select_another_host)(void *lb, void *context, uint32_t priority, size_t index);

/* Access loggers. */
bool ENVOY(access_logger_get_upstream_cluster)(void *log, envoy_buffer *name);
bool ENVOY(access_logger_get_attribute_string)(void *log, int attribute, envoy_buffer *value);
void ENVOY(access_logger_get_timing_info)(void *log, envoy_timing *timing);
void ENVOY(access_logger_get_bytes_info)(void *log, envoy_bytes *bytes);
bool ENVOY(access_logger_has_response_flag)(void *log, int flag);
uint32_t ENVOY(access_logger_get_response_code)(void *log);
uint64_t ENVOY(access_logger_get_upstream_connection_id)(void *log);
bool ENVOY(access_logger_get_header_value)(void *log, int type, envoy_buffer key, envoy_buffer *value, size_t index,
                                           size_t *count);

/* Bootstrap extensions. Weak: Envoys that lack them still load the module for its other parts. */
__attribute__((weak)) void ENVOY(bootstrap_extension_config_signal_init_complete)(void *config);
__attribute__((weak)) bool ENVOY(bootstrap_extension_register_admin_handler)(void *config, envoy_buffer prefix,
                                                                             envoy_buffer help, bool removable,
                                                                             bool mutates);
__attribute__((weak)) void ENVOY(bootstrap_extension_admin_set_response)(void *config, envoy_buffer body);

#endif
