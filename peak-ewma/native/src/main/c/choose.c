#include "choose.h"

#include <stddef.h>

enum { FULL_HEALTH = 100, OVERPROVISIONING = 140, LOOK_AROUND = 1024 };

/* One endpoint that was looked at. */
struct candidate {
    uint32_t position; /* in the list drawn from */
    uint32_t index;    /* of the slot */
    uint64_t outstanding;
    double load;
    bool tried;
    bool penalised;
};

/* The list drawn from: the usable endpoints of a priority, or those of one locality in it. */
struct list {
    const struct pe_priority *priority;
    uint32_t number; /* of the priority */
    const struct pe_locality *locality;
    const uint64_t *sums;
    uint32_t count;
};

static struct list whole(const struct pe_cluster *cluster, uint32_t number) {
    const struct pe_priority *priority = &cluster->priorities[number];
    return (struct list){.priority = priority, .number = number, .sums = priority->sums, .count = priority->count};
}

/* At least 1 where one is usable: one of 200 serves rather than nobody. */
static uint32_t health(const struct pe_priority *priority) {
    if (priority->count == 0 || priority->count == priority->total) {
        return priority->count == 0 ? 0 : FULL_HEALTH;
    }
    uint64_t health = (uint64_t)OVERPROVISIONING * priority->count / priority->total;
    return health > FULL_HEALTH ? FULL_HEALTH : health == 0 ? 1 : (uint32_t)health;
}

static bool choose_priority(const struct pe_cluster *cluster, struct pe_request *request, uint32_t *chosen) {
    if (cluster->count == 0) {
        return false;
    }
    if (health(&cluster->priorities[0]) == FULL_HEALTH) {
        *chosen = 0;
        return true;
    }
    uint32_t sum = 0;
    for (uint32_t p = 0; p < cluster->count && sum < FULL_HEALTH; p++) {
        sum += health(&cluster->priorities[p]);
    }
    if (sum == 0) {
        return false;
    }
    uint64_t x = pe_draw(request->random(request), sum < FULL_HEALTH ? sum : FULL_HEALTH);
    /* No share needs cutting to what is left of 100: x is below 100, so it falls in no earlier share than the cut one. */
    for (uint32_t p = 0;; p++) {
        uint32_t share = health(&cluster->priorities[p]);
        if (x < share) {
            *chosen = p;
            return true;
        }
        x -= share;
    }
}

static const struct pe_locality *choose_locality(const struct pe_priority *priority, struct pe_request *request) {
    uint64_t sum = 0;
    const struct pe_locality *only = NULL;
    uint32_t usable = 0;
    for (uint32_t l = 0; l < priority->locality_count; l++) {
        if (priority->localities[l].count > 0) {
            sum += priority->localities[l].weight;
            only = &priority->localities[l];
            usable++;
        }
    }
    if (sum == 0) {
        return NULL;
    }
    if (usable == 1) {
        return only;
    }
    uint64_t x = pe_draw(request->random(request), sum);
    for (uint32_t l = 0; l < priority->locality_count; l++) {
        const struct pe_locality *locality = &priority->localities[l];
        if (locality->count > 0) {
            if (x < locality->weight) {
                return locality;
            }
            x -= locality->weight;
        }
    }
    return only;
}

static uint32_t slot_at(const struct list *list, uint32_t position) {
    return list->locality == NULL ? position : list->locality->members[position];
}

static struct candidate look(const struct pe_config *config, const struct list *list, struct pe_request *request,
                             uint32_t position) {
    uint32_t index = slot_at(list, position);
    const struct pe_slot *slot = &list->priority->slots[index];
    uint64_t outstanding = request->outstanding(request, list->number, slot);
    struct pe_cost cost = pe_look(config, slot->endpoint, request->now, outstanding, slot->weight);
    return (struct candidate){
        .position = position,
        .index = index,
        .outstanding = outstanding,
        .load = cost.load,
        .tried = request->tried(request, list->number, slot),
        .penalised = cost.penalty > 0,
    };
}

/* Whether it was neither tried nor is penalised; asks no more than that needs. */
static bool is_clean(const struct pe_config *config, const struct list *list, struct pe_request *request,
                     uint32_t position) {
    const struct pe_slot *slot = &list->priority->slots[slot_at(list, position)];
    uint64_t outstanding = 0;
    if (PE_GET(slot->endpoint->rounds) > 0) {
        outstanding = request->outstanding(request, list->number, slot);
    }
    return pe_penalty(config, slot->endpoint, request->now, outstanding) <= 0 &&
           !request->tried(request, list->number, slot);
}

static struct candidate better(struct candidate a, struct candidate b) {
    if (a.tried != b.tried) {
        return a.tried ? b : a;
    }
    return b.load < a.load ? b : a;
}

const uint64_t *pe_sums(const struct pe_slot *slots, const uint32_t *members, uint32_t count, uint64_t *sums) {
    uint64_t sum = 0;
    bool equal = true;
    for (uint32_t at = 0; at < count; at++) {
        uint32_t weight = slots[members == NULL ? at : members[at]].weight;
        sum += weight;
        sums[at] = sum;
        equal = equal && weight == sums[0];
    }
    return equal ? NULL : sums;
}

/* By weight: the first whose sum is above what was drawn. */
static uint32_t draw_first(const struct list *list, struct pe_request *request) {
    if (list->sums == NULL) {
        return (uint32_t)pe_draw(request->random(request), list->count);
    }
    uint64_t x = pe_draw(request->random(request), list->sums[list->count - 1]);
    uint32_t first = 0;
    uint32_t left = list->count;
    while (left > 1) {
        uint32_t half = left / 2;
        first += list->sums[first + half - 1] <= x ? half : 0;
        left -= half;
    }
    return first;
}

/* One by weight and another evenly, the better one; where that is of no use, the next around the list that is. */
static struct candidate choose_among(const struct pe_config *config, const struct list *list,
                                     struct pe_request *request) {
    if (list->count == 1) {
        return look(config, list, request, 0);
    }
    uint32_t i = draw_first(list, request);
    uint32_t j = (uint32_t)pe_draw(request->random(request), list->count - 1);
    j += j >= i;
    struct candidate winner = better(look(config, list, request, i), look(config, list, request, j));
    if (!winner.tried && !winner.penalised) {
        return winner;
    }
    for (uint32_t step = 1; step <= LOOK_AROUND && step < list->count; step++) {
        uint32_t position = (uint32_t)(((uint64_t)i + step) % list->count);
        if (is_clean(config, list, request, position)) {
            struct candidate found = look(config, list, request, position);
            return winner.tried || found.load < winner.load ? found : winner;
        }
    }
    return winner;
}

static struct pe_choice chosen(const struct list *list, const struct candidate *candidate) {
    return (struct pe_choice){
        .priority = list->number, .index = candidate->index, .outstanding = candidate->outstanding};
}

/* The others in order: the first that has one neither tried nor penalised, else what is least bad. */
static void look_beyond(const struct pe_config *config, const struct pe_cluster *cluster, struct pe_request *request,
                        uint32_t first, bool tried, struct pe_choice *choice) {
    for (uint32_t p = 0; p < cluster->count; p++) {
        if (p == first || cluster->priorities[p].count == 0) {
            continue;
        }
        struct list list = whole(cluster, p);
        struct candidate found = choose_among(config, &list, request);
        bool clean = !found.tried && !found.penalised;
        if (clean || (tried && !found.tried)) {
            *choice = chosen(&list, &found);
            tried = false;
        }
        if (clean) {
            return;
        }
    }
}

bool pe_choose(const struct pe_config *config, const struct pe_cluster *cluster, struct pe_request *request,
               struct pe_choice *choice) {
    uint32_t first;
    if (!choose_priority(cluster, request, &first)) {
        return false;
    }
    struct list list = whole(cluster, first);
    if (config->locality_weighted) {
        list.locality = choose_locality(list.priority, request);
    }
    if (list.locality != NULL) {
        list.sums = list.locality->sums;
        list.count = list.locality->count;
    }
    struct candidate found = choose_among(config, &list, request);
    *choice = chosen(&list, &found);
    if ((found.tried || found.penalised) && list.locality == NULL) {
        look_beyond(config, cluster, request, first, found.tried, choice);
    }
    return true;
}
