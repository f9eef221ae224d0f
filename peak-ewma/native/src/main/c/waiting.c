/*
 * How many requests an endpoint has, counting those that wait for a connection.
 *
 * Envoy counts a request when it gets a connection (rq_total, rq_active). We count one when its endpoint is chosen, and
 * take it back when the log says that it ended without a connection; so "asked - rq_total" are waiting. Some come to
 * Envoy without us (a session pinned to its endpoint), some are chosen and never logged (Envoy's own clients, a caller
 * that left while waiting). Both would add up for ever, so:
 *
 * - fewer than none waiting means a foreign one: the base moves there and then;
 * - what never went away for 30 seconds is no request that waits, as none waits that long: the base moves past it;
 * - rq_total falling means another host at this address: the base starts anew.
 */
#include "lb.h"

static const int64_t WINDOW = 30 * PE_SECOND;

static uint64_t stat(const struct pe_lb *lb, const struct pe_host *host, int which) {
    return ENVOY(lb_get_host_stat)(lb->envoy, host->home_priority, host->home_position, which);
}

static int64_t not_counted(const struct pe_host *host, uint64_t total) {
    return PE_GET(host->asked->count) - (int64_t)total - PE_GET(host->base);
}

uint64_t pe_waiting_seen(const struct pe_host *host, uint64_t total) {
    int64_t waiting = not_counted(host, total);
    return waiting > 0 ? (uint64_t)waiting : 0;
}

static uint64_t waiting_for_connection(struct pe_host *host, uint64_t total, int64_t now) {
    int64_t waiting = not_counted(host, total);
    if (waiting < 0 || total < host->seen_total) {
        PE_ADD(host->base, waiting);
        waiting = 0;
    }
    host->seen_total = total;
    if (waiting < host->window_least) {
        host->window_least = waiting;
    }
    if (now - host->window_start >= WINDOW) {
        PE_ADD(host->base, host->window_least);
        waiting -= host->window_least;
        host->window_start = now;
        host->window_least = waiting;
    }
    return (uint64_t)waiting;
}

/*
 * A connect that fails after its request was given up by the caller is in no log. The count is read only while requests
 * wait; what it was when they began to is no news.
 */
static void watch_connects(const struct pe_lb *lb, struct pe_host *host, bool connecting, int64_t now) {
    if (connecting) {
        uint64_t failed = stat(lb, host, ENVOY_CX_CONNECT_FAIL);
        if (host->connecting && failed > host->seen_connect_fail) {
            PE_ADD(host->failures, 1);
            pe_failed(lb->config, &host->endpoint, now);
        }
        host->seen_connect_fail = failed;
    }
    host->connecting = connecting;
}

/* Connections have no log, so what became of them is read off Envoy's counts: a connection that stands counts in both. */
static uint64_t connections(const struct pe_lb *lb, struct pe_host *host, int64_t now) {
    struct pe_endpoint *endpoint = &host->endpoint;
    if (PE_GET(endpoint->waiting) != PE_NONE || PE_GET(endpoint->rounds) > 0) {
        uint64_t total = stat(lb, host, ENVOY_RQ_TOTAL);
        if (total > host->seen_total) {
            PE_ADD(host->samples, 1);
            pe_succeeded(endpoint);
        }
        host->seen_total = total;
    }
    uint64_t failed = stat(lb, host, ENVOY_CX_CONNECT_FAIL);
    if (failed > host->seen_connect_fail) {
        PE_ADD(host->failures, 1);
        pe_failed(lb->config, endpoint, now);
    }
    host->seen_connect_fail = failed;
    return stat(lb, host, ENVOY_CX_ACTIVE);
}

uint64_t pe_outstanding(struct pe_lb *lb, struct pe_host *host, int64_t now) {
    if (lb->config->connections) {
        return connections(lb, host, now);
    }
    uint64_t waiting = waiting_for_connection(host, stat(lb, host, ENVOY_RQ_TOTAL), now);
    if (waiting > 0 || host->connecting) {
        watch_connects(lb, host, waiting > 0, now);
    }
    return stat(lb, host, ENVOY_RQ_ACTIVE) + waiting;
}
