#include "core.h"

#include <math.h>

/* Another thread's clock reading may be later than ours. */
static int64_t span(int64_t from, int64_t now) {
    return now > from ? now - from : 0;
}

/* Nobody measures less than nothing, but clocks of the outer world do. */
static double measure(int64_t duration) {
    return duration > 0 ? (double)duration : 0;
}

static double weight_of_age(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now) {
    return exp(-(double)span(PE_GET(endpoint->stamp), now) * config->rate);
}

static double at_least_floor(double cost) {
    return cost > (double)PE_MILLISECOND ? cost : (double)PE_MILLISECOND;
}

static double decayed(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now) {
    if (!PE_GET(endpoint->sampled)) {
        return 0;
    }
    return PE_GET(endpoint->cost) * weight_of_age(config, endpoint, now);
}

void pe_init(struct pe_endpoint *endpoint) {
    PE_SET(endpoint->cost, 0.0);
    PE_SET(endpoint->stamp, 0);
    PE_SET(endpoint->waiting, PE_NONE);
    PE_SET(endpoint->until, 0);
    PE_SET(endpoint->told, 0);
    PE_SET(endpoint->streak, 0);
    PE_SET(endpoint->rounds, 0);
    PE_SET(endpoint->sampled, false);
    PE_SET(endpoint->tried, false);
    PE_SET(endpoint->succeeded, false);
}

bool pe_is_unknown(const struct pe_endpoint *endpoint) {
    return !PE_GET(endpoint->tried) && !PE_GET(endpoint->sampled) && PE_GET(endpoint->streak) == 0 &&
           PE_GET(endpoint->told) == 0;
}

void pe_picked(struct pe_endpoint *endpoint, int64_t now, uint64_t outstanding) {
    if (!PE_GET(endpoint->tried) && !PE_GET(endpoint->sampled)) {
        PE_SET(endpoint->stamp, now);
    }
    PE_SET(endpoint->tried, true);
    if (outstanding == 0 || PE_GET(endpoint->waiting) == PE_NONE) {
        PE_SET(endpoint->waiting, now);
    }
}

void pe_sign(struct pe_endpoint *endpoint) {
    PE_SET(endpoint->waiting, PE_NONE);
}

void pe_succeeded(struct pe_endpoint *endpoint) {
    pe_sign(endpoint);
    PE_SET(endpoint->streak, 0);
    PE_SET(endpoint->rounds, 0);
    PE_SET(endpoint->until, 0);
    PE_SET(endpoint->succeeded, true);
}

static void sample(struct pe_endpoint *endpoint, int64_t now, double cost) {
    PE_SET(endpoint->cost, cost);
    PE_SET(endpoint->stamp, now);
    PE_SET(endpoint->sampled, true);
}

void pe_answered(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t rtt) {
    pe_succeeded(endpoint);
    double measured = measure(rtt);
    if (PE_GET(endpoint->sampled)) {
        double w = weight_of_age(config, endpoint, now);
        double mixed = PE_GET(endpoint->cost) * w + measured * (1 - w);
        measured = measured > mixed ? measured : mixed;
    }
    sample(endpoint, now, measured);
}

void pe_slow(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t elapsed) {
    double measured = measure(elapsed < PE_SECOND ? elapsed : PE_SECOND);
    if (measured > decayed(config, endpoint, now)) {
        sample(endpoint, now, measured);
    }
}

static void punish(struct pe_endpoint *endpoint, int64_t now, int64_t penalty, bool at_once) {
    if (penalty == 0 || now < PE_GET(endpoint->until)) {
        return;
    }
    uint32_t streak = PE_GET(endpoint->streak);
    if (streak < UINT32_MAX) {
        PE_SET(endpoint->streak, ++streak);
    }
    if (!at_once && streak < 2) {
        return;
    }
    uint32_t rounds = PE_GET(endpoint->rounds);
    PE_SET(endpoint->until, now + (rounds == 0 ? penalty : 2 * penalty));
    if (rounds < UINT32_MAX) {
        PE_SET(endpoint->rounds, rounds + 1);
    }
}

void pe_failed(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now) {
    punish(endpoint, now, config->failure_penalty, true);
}

void pe_error(const struct pe_config *config, struct pe_endpoint *endpoint, int64_t now, int64_t retry_after) {
    pe_sign(endpoint);
    if (retry_after > 0) {
        int64_t told = now + (retry_after < config->max_retry_after ? retry_after : config->max_retry_after);
        if (told > PE_GET(endpoint->told)) {
            PE_SET(endpoint->told, told);
        }
    }
    punish(endpoint, now, config->error_penalty, !PE_GET(endpoint->succeeded));
}

double pe_penalty(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now,
                  uint64_t outstanding) {
    int64_t until = PE_GET(endpoint->until);
    int64_t told = PE_GET(endpoint->told);
    int64_t penalty = (until > told ? until : told) - now;
    penalty = penalty > 0 ? penalty : 0;
    if (outstanding > 0 && PE_GET(endpoint->rounds) > 0 && penalty < config->failure_penalty) {
        penalty = config->failure_penalty;
    }
    return (double)penalty;
}

static double estimate(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now,
                       uint64_t outstanding) {
    if (PE_GET(endpoint->sampled)) {
        return at_least_floor(decayed(config, endpoint, now));
    }
    if (PE_GET(endpoint->tried)) {
        return at_least_floor((double)config->default_rtt * weight_of_age(config, endpoint, now));
    }
    return outstanding > 0 ? (double)config->default_rtt : 0;
}

static double silence(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now,
                      uint64_t outstanding) {
    int64_t waiting = PE_GET(endpoint->waiting);
    if (waiting == PE_NONE || outstanding == 0) {
        return 0;
    }
    int64_t silent = span(waiting, now);
    if (silent <= PE_SECOND) {
        return (double)silent;
    }
    return (double)PE_SECOND * exp(-(double)(silent - PE_SECOND) * config->rate);
}

struct pe_cost pe_look(const struct pe_config *config, const struct pe_endpoint *endpoint, int64_t now,
                       uint64_t outstanding, double weight) {
    struct pe_cost cost = {
        .estimate = estimate(config, endpoint, now, outstanding),
        .silence = silence(config, endpoint, now, outstanding),
        .penalty = pe_penalty(config, endpoint, now, outstanding),
    };
    double answer = cost.estimate > cost.silence ? cost.estimate : cost.silence;
    double avoided = cost.penalty > 0 ? (double)PE_SECOND : 0;
    cost.load = (answer + cost.penalty + avoided) * ((double)outstanding + 1);
    if (weight != 1) { /* most are 1, and a division takes as long as the rest of this */
        cost.load /= weight;
    }
    return cost;
}
