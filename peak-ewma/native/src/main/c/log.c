/*
 * The hooks of an access logger. As the router's upstream_log it hears of each attempt of a request: at its end, and at
 * intervals before that if the router is so configured. What Envoy 1.40 says in which case was tried out:
 *
 *   connection refused or timed out   flag 5, nothing sent
 *   closed or reset before an answer  flag 4 or 6, nothing received; broken HTTP: flag 23
 *   closed in the middle of an answer flag 4, 6 or 23, a status
 *   timeout of one attempt            flag 2
 *   timeout of the whole request      no flag; the host's rq_timeout has grown
 *   the caller left                   no flag
 *   a limit of ours (overflow)        flag 7, no address
 */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "lb.h"
#include "report.h"
#include "retry_after.h"

HOOK const void *ON(access_logger_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text);
HOOK void ON(access_logger_config_destroy)(const void *config);
HOOK const void *ON(access_logger_new)(const void *config, void *logger_envoy);
HOOK void ON(access_logger_destroy)(const void *logger);
HOOK void ON(access_logger_log)(void *log, const void *logger, int type);

/* There is nothing to configure and nothing to keep: any address will do for what Envoy holds. */
static const char logger_config = 'c';

const void *ON(access_logger_config_new)(void *config_envoy, envoy_buffer name, envoy_buffer text) {
    (void)config_envoy;
    char reason[PE_REASON];
    if (pe_is_our_name("access logger", name, reason) && pe_config_is_empty(text.ptr, text.length, reason)) {
        return &logger_config;
    }
    pe_refuse("access logger", reason);
    return NULL;
}

void ON(access_logger_config_destroy)(const void *config) {
    (void)config;
}

const void *ON(access_logger_new)(const void *config, void *logger_envoy) {
    (void)logger_envoy;
    return config;
}

void ON(access_logger_destroy)(const void *logger) {
    (void)logger;
}

/* One attempt, as far as it has come. */
struct attempt {
    void *log;
    struct pe_host *host;
    const struct pe_config *config;
    envoy_timing timing;
    int64_t now;
};

static bool has_flag(const struct attempt *attempt, int flag) {
    return ENVOY(access_logger_has_response_flag)(attempt->log, flag);
}

static bool was_reset_by_peer(const struct attempt *attempt) {
    return has_flag(attempt, ENVOY_UPSTREAM_REMOTE_RESET) || has_flag(attempt, ENVOY_UPSTREAM_CONNECTION_TERMINATION) ||
           has_flag(attempt, ENVOY_UPSTREAM_PROTOCOL_ERROR);
}

static envoy_buffer header(const struct attempt *attempt, int type, const char *name) {
    envoy_buffer value = {0};
    if (!ENVOY(access_logger_get_header_value)(attempt->log, type, (envoy_buffer){name, strlen(name)}, &value, 0, NULL)) {
        return (envoy_buffer){0};
    }
    return value;
}

/* From the trailers, or from the headers of an answer that has nothing else. */
static envoy_buffer grpc_header(const struct attempt *attempt, const char *name) {
    envoy_buffer value = header(attempt, ENVOY_RESPONSE_TRAILER, name);
    return value.length > 0 ? value : header(attempt, ENVOY_RESPONSE_HEADER, name);
}

static bool is_grpc(const struct attempt *attempt) {
    static const char prefix[] = "application/grpc";
    envoy_buffer type = header(attempt, ENVOY_RESPONSE_HEADER, "content-type");
    return type.length >= sizeof prefix - 1 && memcmp(type.ptr, prefix, sizeof prefix - 1) == 0;
}

/* UNKNOWN 2, DEADLINE_EXCEEDED 4, RESOURCE_EXHAUSTED 8, INTERNAL 13, UNAVAILABLE 14, DATA_LOSS 15. */
static bool is_grpc_error(envoy_buffer status) {
    static const char *const errors[] = {"2", "4", "8", "13", "14", "15"};
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        if (status.length == strlen(errors[i]) && memcmp(status.ptr, errors[i], status.length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_error(const struct attempt *attempt, int64_t *retry_after) {
    uint32_t code = ENVOY(access_logger_get_response_code)(attempt->log);
    if (code == 429 || (code >= 500 && code <= 599)) {
        *retry_after = pe_retry_after(header(attempt, ENVOY_RESPONSE_HEADER, "retry-after"),
                                      header(attempt, ENVOY_RESPONSE_HEADER, "date"), pe_wall());
        return true;
    }
    if (!is_grpc(attempt) || !is_grpc_error(grpc_header(attempt, "grpc-status"))) {
        return false;
    }
    *retry_after = pe_retry_pushback(grpc_header(attempt, "grpc-retry-pushback-ms"));
    return true;
}

/* How Envoy counts timeouts of whole requests, which it does not log: by host. Each is counted before it is logged. */
static bool timed_out_since(const struct attempt *attempt) {
    struct pe_host *host = attempt->host;
    uint64_t timeouts =
        ENVOY(lb_get_host_stat)(host->home->envoy, host->home_priority, host->home_position, ENVOY_RQ_TIMEOUT);
    bool grew = timeouts > host->seen_timeout;
    host->seen_timeout = timeouts;
    return grew;
}

static void failed(const struct attempt *attempt) {
    PE_ADD(attempt->host->failures, 1);
    pe_failed(attempt->config, &attempt->host->endpoint, attempt->now);
}

/* Since the request left, or since it came where it did not leave. */
static int64_t elapsed(const struct attempt *attempt, int64_t end) {
    int64_t sent = attempt->timing.first_upstream_sent;
    return end - (sent > 0 ? sent : 0);
}

static void end_without_answer(const struct attempt *attempt, const struct pe_stream *stream) {
    bool timed_out = timed_out_since(attempt);
    if (timed_out || has_flag(attempt, ENVOY_UPSTREAM_REQUEST_TIMEOUT) ||
        has_flag(attempt, ENVOY_UPSTREAM_CONNECTION_FAILURE) || has_flag(attempt, ENVOY_LOCAL_RESET) ||
        was_reset_by_peer(attempt)) {
        failed(attempt);
    } else if (!has_flag(attempt, ENVOY_UPSTREAM_OVERFLOW) && (stream == NULL || !stream->slow)) {
        pe_slow(attempt->config, &attempt->host->endpoint, attempt->now,
                elapsed(attempt, attempt->timing.request_complete));
    }
}

static void answered(const struct attempt *attempt) {
    PE_ADD(attempt->host->samples, 1);
    pe_answered(attempt->config, &attempt->host->endpoint, attempt->now,
                elapsed(attempt, attempt->timing.first_upstream_received));
}

/*
 * Which streams were sampled before their end, to sample none twice. A full place goes to the newer stream; what that
 * costs is one old sample counted again.
 */
static struct pe_stream *stream_of(const struct attempt *attempt, struct pe_table *table, bool make) {
    if (table->streams == NULL && (!make || (table->streams = calloc(PE_STREAMS, sizeof *table->streams)) == NULL)) {
        return NULL;
    }
    uint64_t key = ((uint64_t)attempt->timing.start_unix ^
                    ENVOY(access_logger_get_upstream_connection_id)(attempt->log) << 40) |
                   1;
    struct pe_stream *stream = &table->streams[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 55];
    if (stream->key == key) {
        return stream;
    }
    if (make) {
        *stream = (struct pe_stream){.key = key};
    }
    return make ? stream : NULL;
}

static void on_end(const struct attempt *attempt, struct pe_table *table) {
    const envoy_timing *timing = &attempt->timing;
    if (timing->first_upstream_sent < 0) {
        atomic_fetch_sub_explicit(&attempt->host->asked->count, 1, memory_order_relaxed);
    }
    struct pe_stream *stream = stream_of(attempt, table, false);
    int64_t retry_after = 0;
    if (timing->first_upstream_received < 0) {
        end_without_answer(attempt, stream);
    } else if (timing->last_upstream_received < 0 && was_reset_by_peer(attempt)) {
        failed(attempt);
    } else if (is_error(attempt, &retry_after)) {
        PE_ADD(attempt->host->errors, 1);
        pe_error(attempt->config, &attempt->host->endpoint, attempt->now, retry_after);
    } else if (stream == NULL || stream->received == 0) {
        answered(attempt);
    } else if (timing->last_upstream_received >= 0) {
        pe_sign(&attempt->host->endpoint);
    }
    if (timing->first_upstream_received >= 0 && timing->last_upstream_received < 0) {
        timed_out_since(attempt); /* in the middle of an answer: no news of the next one */
    }
    if (stream != NULL) {
        *stream = (struct pe_stream){0};
    }
}

/* Before the end: the first byte is a sample once, later bytes are a sign, no byte at all is a lower bound. */
static void on_interval(const struct attempt *attempt, struct pe_table *table) {
    if (attempt->timing.first_upstream_sent < 0) {
        return;
    }
    struct pe_stream *stream = stream_of(attempt, table, true);
    if (stream == NULL) {
        return;
    }
    if (attempt->timing.first_upstream_received < 0) {
        if (!stream->slow) {
            stream->slow = true;
            int64_t age = pe_wall() - attempt->timing.start_unix;
            pe_slow(attempt->config, &attempt->host->endpoint, attempt->now, elapsed(attempt, age));
        }
        return;
    }
    envoy_bytes bytes = {0};
    ENVOY(access_logger_get_bytes_info)(attempt->log, &bytes);
    int64_t none;
    if (stream->received == 0) {
        if (!is_error(attempt, &none)) {
            answered(attempt);
        }
    } else if (bytes.wire_bytes_received > stream->received) {
        pe_sign(&attempt->host->endpoint);
    }
    stream->received = bytes.wire_bytes_received > 0 ? bytes.wire_bytes_received : 1;
}

/* An overflow has no address, but it comes straight after the choice. */
static void on_overflow(const struct attempt *attempt, struct pe_table *table, envoy_buffer cluster) {
    struct pe_host *host = table->last_picked;
    if (has_flag(attempt, ENVOY_UPSTREAM_OVERFLOW) && host != NULL && pe_same(pe_host_cluster(host), cluster)) {
        atomic_fetch_sub_explicit(&host->asked->count, 1, memory_order_relaxed);
        table->last_picked = NULL;
    }
}

void ON(access_logger_log)(void *log, const void *logger, int type) {
    (void)logger;
    struct pe_table *table = pe_table_here();
    envoy_buffer cluster = {0};
    if (table == NULL || table->count == 0 || (type != ENVOY_UPSTREAM_END && type != ENVOY_UPSTREAM_PERIODIC) ||
        !ENVOY(access_logger_get_upstream_cluster)(log, &cluster)) {
        return;
    }
    struct attempt attempt = {.log = log, .now = pe_now()};
    envoy_buffer address = {0};
    if (!ENVOY(access_logger_get_attribute_string)(log, ENVOY_UPSTREAM_ADDRESS, &address) || address.length == 0) {
        on_overflow(&attempt, table, cluster);
        return;
    }
    if (attempt.now >= table->next_sweep) {
        pe_table_sweep(table, attempt.now);
    }
    attempt.host = pe_host_find(table, cluster, address);
    if (attempt.host != NULL && attempt.host->home != NULL && attempt.host->home->stale) {
        pe_lb_refresh(attempt.host->home, attempt.now);
        attempt.host = pe_host_find(table, cluster, address); /* it may be gone, and forgotten at once */
    }
    /* A host that just left has nobody to learn for. */
    if (attempt.host == NULL || attempt.host->home == NULL) {
        return;
    }
    attempt.config = attempt.host->home->config;
    ENVOY(access_logger_get_timing_info)(log, &attempt.timing);
    if (type == ENVOY_UPSTREAM_END) {
        on_end(&attempt, table);
    } else {
        on_interval(&attempt, table);
    }
}
