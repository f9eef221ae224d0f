/* Runs the scenarios that the C and the Java implementation share: vectors FILE... */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../main/c/choose.h"
#include "../../main/c/config.h"

enum { MOST_HOSTS = 4096, MOST_PRIORITIES = 16, MOST_VALUES = 1 << 20 };

struct host {
    struct pe_endpoint endpoint;
    char address[64];
    char locality[64];
    uint32_t weight;
    uint32_t priority;
    uint32_t locality_weight;
    bool healthy;
    bool tried;
    uint64_t outstanding;
};

static struct {
    struct json json;
    struct pe_config config;
    struct host hosts[MOST_HOSTS];
    uint32_t host_count;
    struct pe_slot slots[MOST_HOSTS];
    struct pe_locality localities[MOST_HOSTS];
    uint32_t members[MOST_HOSTS];
    uint64_t slot_sums[MOST_HOSTS];
    uint64_t member_sums[MOST_HOSTS];
    struct pe_priority priorities[MOST_PRIORITIES];
    struct pe_cluster cluster;
    const struct json_value *random; /* the next draw */
    const char *file;
    int step;
} run;

__attribute__((noreturn, format(printf, 1, 2))) static void fail(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    printf("%s step %d: ", run.file, run.step);
    vprintf(format, arguments);
    printf("\n");
    va_end(arguments);
    exit(1);
}

static bool is(const struct json_value *value, const char *text) {
    return value->kind == JSON_STRING && value->length == strlen(text) && memcmp(value->text, text, value->length) == 0;
}

static bool is_key(const struct json_value *member, const char *name) {
    return member->key_length == strlen(name) && memcmp(member->key, name, member->key_length) == 0;
}

static void only(const struct json_value *object, const char *const names[]) {
    if (object->kind != JSON_OBJECT) {
        fail("an object is expected");
    }
    for (const struct json_value *m = json_first(&run.json, object); m != NULL; m = json_next(&run.json, m)) {
        const char *const *name = names;
        while (*name != NULL && !is_key(m, *name)) {
            name++;
        }
        if (*name == NULL) {
            fail("unknown key %.*s", (int)m->key_length, m->key);
        }
    }
}

static const struct json_value *need(const struct json_value *object, const char *name) {
    const struct json_value *value = json_member(&run.json, object, name);
    if (value == NULL) {
        fail("%s is missing", name);
    }
    return value;
}

static int64_t whole(const struct json_value *value) {
    if (value->kind != JSON_NUMBER || value->number != floor(value->number) || fabs(value->number) > 9e15) {
        fail("a whole number is expected");
    }
    return (int64_t)value->number;
}

static int64_t whole_or(const struct json_value *object, const char *name, int64_t otherwise) {
    const struct json_value *value = json_member(&run.json, object, name);
    return value == NULL ? otherwise : whole(value);
}

static void copy_text(char to[64], const struct json_value *value) {
    if (value->kind != JSON_STRING || value->length >= 64) {
        fail("a text of less than 64 bytes is expected");
    }
    memcpy(to, value->text, value->length);
    to[value->length] = '\0';
}

static struct host *host_of(const struct json_value *address) {
    for (uint32_t h = 0; h < run.host_count; h++) {
        if (is(address, run.hosts[h].address)) {
            return &run.hosts[h];
        }
    }
    fail("no host %.*s", (int)address->length, address->text);
}

static bool is_same_locality(const struct host *a, const struct host *b) {
    return a->priority == b->priority && strcmp(a->locality, b->locality) == 0;
}

/* The localities of a priority stand in the order in which their first host does, usable or not. */
static void group_localities(struct pe_priority *priority, uint32_t p, uint32_t *locality_at, uint32_t *member_at) {
    priority->localities = &run.localities[*locality_at];
    for (uint32_t h = 0; h < run.host_count; h++) {
        const struct host *first = &run.hosts[h];
        bool seen = first->priority != p;
        for (uint32_t g = 0; g < h && !seen; g++) {
            seen = is_same_locality(&run.hosts[g], first);
        }
        if (seen) {
            continue;
        }
        struct pe_locality *locality = &run.localities[(*locality_at)++];
        uint64_t *sums = &run.member_sums[*member_at];
        *locality = (struct pe_locality){.weight = first->locality_weight, .members = &run.members[*member_at]};
        for (uint32_t s = 0; s < priority->count; s++) {
            if (is_same_locality((const struct host *)priority->slots[s].endpoint, first)) {
                run.members[(*member_at)++] = s;
                locality->count++;
            }
        }
        locality->sums = pe_sums(priority->slots, locality->members, locality->count, sums);
        priority->locality_count++;
    }
}

static void list_hosts(void) {
    uint32_t slot_at = 0;
    uint32_t locality_at = 0;
    uint32_t member_at = 0;
    run.cluster = (struct pe_cluster){.priorities = run.priorities};
    for (uint32_t p = 0; p < MOST_PRIORITIES; p++) {
        struct pe_priority *priority = &run.priorities[p];
        uint64_t *sums = &run.slot_sums[slot_at];
        *priority = (struct pe_priority){.slots = &run.slots[slot_at]};
        for (uint32_t h = 0; h < run.host_count; h++) {
            struct host *host = &run.hosts[h];
            if (host->priority != p) {
                continue;
            }
            run.cluster.count = p + 1;
            priority->total++;
            if (host->healthy) {
                run.slots[slot_at++] = (struct pe_slot){.endpoint = &host->endpoint, .weight = host->weight};
                priority->count++;
            }
        }
        priority->sums = pe_sums(priority->slots, NULL, priority->count, sums);
        group_localities(priority, p, &locality_at, &member_at);
    }
}

static void read_hosts(const struct json_value *list) {
    static const char *const keys[] = {"address", "weight", "priority", "locality", "locality_weight", "healthy", NULL};
    static struct host before[MOST_HOSTS];
    uint32_t before_count = run.host_count;
    memcpy(before, run.hosts, before_count * sizeof *before);
    run.host_count = 0;
    for (const struct json_value *v = json_first(&run.json, list); v != NULL; v = json_next(&run.json, v)) {
        only(v, keys);
        if (run.host_count == MOST_HOSTS) {
            fail("too many hosts");
        }
        struct host *host = &run.hosts[run.host_count++];
        *host = (struct host){.healthy = true};
        pe_init(&host->endpoint);
        copy_text(host->address, need(v, "address"));
        for (uint32_t b = 0; b < before_count; b++) {
            if (strcmp(before[b].address, host->address) == 0) {
                host->endpoint = before[b].endpoint;
            }
        }
        const struct json_value *locality = json_member(&run.json, v, "locality");
        if (locality != NULL) {
            copy_text(host->locality, locality);
        }
        const struct json_value *healthy = json_member(&run.json, v, "healthy");
        host->healthy = healthy == NULL || healthy->kind == JSON_TRUE;
        host->weight = (uint32_t)whole_or(v, "weight", 1);
        host->priority = (uint32_t)whole_or(v, "priority", 0);
        host->locality_weight = (uint32_t)whole_or(v, "locality_weight", 1);
        if (host->priority >= MOST_PRIORITIES || host->weight == 0) {
            fail("a priority below %d and a weight above 0 are expected", MOST_PRIORITIES);
        }
    }
    list_hosts();
}

static uint64_t next_random(struct pe_request *request) {
    (void)request;
    if (run.random == NULL) {
        fail("more random numbers are drawn than given");
    }
    char text[64];
    copy_text(text, run.random);
    run.random = json_next(&run.json, run.random);
    char *end;
    errno = 0;
    uint64_t bits = strtoull(text, &end, 16);
    if (strncmp(text, "0x", 2) != 0 || *end != '\0' || errno != 0) {
        fail("%s is no 64-bit hexadecimal", text);
    }
    return bits;
}

static uint64_t outstanding_of(struct pe_request *request, uint32_t priority, const struct pe_slot *slot) {
    (void)request;
    (void)priority;
    return ((const struct host *)slot->endpoint)->outstanding;
}

static bool tried_by(struct pe_request *request, uint32_t priority, const struct pe_slot *slot) {
    (void)request;
    (void)priority;
    return ((const struct host *)slot->endpoint)->tried;
}

static void pick(const struct json_value *step, int64_t now) {
    static const char *const keys[] = {"at", "do", "random", "outstanding", "tried", "expect", NULL};
    only(step, keys);
    for (uint32_t h = 0; h < run.host_count; h++) {
        run.hosts[h].tried = false;
        run.hosts[h].outstanding = 0;
    }
    const struct json_value *random = json_member(&run.json, step, "random");
    const struct json_value *outstanding = json_member(&run.json, step, "outstanding");
    const struct json_value *tried = json_member(&run.json, step, "tried");
    run.random = random == NULL ? NULL : json_first(&run.json, random);
    for (const struct json_value *v = outstanding == NULL ? NULL : json_first(&run.json, outstanding); v != NULL;
         v = json_next(&run.json, v)) {
        struct json_value address = {.kind = JSON_STRING, .text = v->key, .length = v->key_length};
        host_of(&address)->outstanding = (uint64_t)whole(v);
    }
    for (const struct json_value *v = tried == NULL ? NULL : json_first(&run.json, tried); v != NULL;
         v = json_next(&run.json, v)) {
        host_of(v)->tried = true;
    }
    struct pe_request request = {.random = next_random, .outstanding = outstanding_of, .tried = tried_by, .now = now};
    struct pe_choice choice;
    bool chosen = pe_choose(&run.config, &run.cluster, &request, &choice);
    if (run.random != NULL) {
        fail("random numbers are left over");
    }
    const struct json_value *expected = need(step, "expect");
    const char *found = "nothing";
    if (chosen) {
        struct host *host = (struct host *)run.priorities[choice.priority].slots[choice.index].endpoint;
        found = host->address;
        pe_picked(&host->endpoint, now, choice.outstanding);
    }
    if (chosen ? !is(expected, found) : expected->kind != JSON_NULL) {
        fail("chosen is %s, not %.*s", found, (int)expected->length, expected->text);
    }
}

static void compare(const struct json_value *expect, const char *name, double found) {
    const struct json_value *value = json_member(&run.json, expect, name);
    if (value == NULL) {
        return;
    }
    double tolerance = 1e-9 * fmax(fabs(value->number), fabs(found));
    if (value->kind != JSON_NUMBER || fabs(value->number - found) > tolerance) {
        fail("%s is %.17g, not %.17g", name, found, value->number);
    }
}

static void look(const struct json_value *step, int64_t now) {
    static const char *const keys[] = {"at", "do", "host", "outstanding", "expect", NULL};
    static const char *const parts[] = {"cost", "silence", "penalty", "load", NULL};
    only(step, keys);
    const struct json_value *expect = need(step, "expect");
    only(expect, parts);
    const struct host *host = host_of(need(step, "host"));
    struct pe_cost cost =
        pe_look(&run.config, &host->endpoint, now, (uint64_t)whole_or(step, "outstanding", 0), host->weight);
    compare(expect, "cost", cost.estimate);
    compare(expect, "silence", cost.silence);
    compare(expect, "penalty", cost.penalty);
    compare(expect, "load", cost.load);
}

static void event(const struct json_value *step, const struct json_value *what, int64_t now) {
    static const char *const keys[] = {"at", "do", "host", "rtt", "elapsed", "retry_after", NULL};
    only(step, keys);
    struct pe_endpoint *endpoint = &host_of(need(step, "host"))->endpoint;
    if (is(what, "answered")) {
        pe_answered(&run.config, endpoint, now, whole(need(step, "rtt")));
    } else if (is(what, "slow")) {
        pe_slow(&run.config, endpoint, now, whole(need(step, "elapsed")));
    } else if (is(what, "failed")) {
        pe_failed(&run.config, endpoint, now);
    } else if (is(what, "error")) {
        pe_error(&run.config, endpoint, now, whole_or(step, "retry_after", 0));
    } else if (is(what, "sign")) {
        pe_sign(endpoint);
    } else {
        fail("unknown step %.*s", (int)what->length, what->text);
    }
}

static void run_scenario(void) {
    static const char *const keys[] = {"name", "config", "hosts", "steps", NULL};
    static const char *const host_keys[] = {"at", "do", "hosts", NULL};
    const struct json_value *whole_file = &run.json.values[0];
    only(whole_file, keys);
    need(whole_file, "name");
    char reason[PE_REASON];
    const struct json_value *config = json_member(&run.json, whole_file, "config");
    bool good = config == NULL ? pe_config_read(&run.config, "", 0, reason)
                               : pe_config_from(&run.config, &run.json, config, reason);
    if (!good) {
        fail("%s", reason);
    }
    run.host_count = 0;
    read_hosts(need(whole_file, "hosts"));
    int64_t before = INT64_MIN;
    const struct json_value *steps = need(whole_file, "steps");
    for (const struct json_value *step = json_first(&run.json, steps); step != NULL; step = json_next(&run.json, step)) {
        run.step++;
        const struct json_value *what = need(step, "do");
        int64_t now = whole(need(step, "at"));
        if (now < before) {
            fail("time falls");
        }
        before = now;
        if (is(what, "pick")) {
            pick(step, now);
        } else if (is(what, "look")) {
            look(step, now);
        } else if (is(what, "hosts")) {
            only(step, host_keys);
            read_hosts(need(step, "hosts"));
        } else {
            event(step, what, now);
        }
    }
}

static char *read_file(const char *name, size_t *length) {
    FILE *file = fopen(name, "rb");
    char *text = malloc(1 << 24);
    if (file == NULL || text == NULL) {
        fail("cannot be read");
    }
    *length = fread(text, 1, 1 << 24, file);
    fclose(file);
    return text;
}

int main(int count, char **files) {
    for (int f = 1; f < count; f++) {
        run.file = files[f];
        run.step = 0;
        size_t length;
        const char *reason;
        char *text = read_file(files[f], &length);
        if (!json_read(&run.json, text, length, MOST_VALUES, &reason)) {
            fail("no JSON: %s", reason);
        }
        run_scenario();
        json_free(&run.json);
        free(text);
    }
    printf("%d vectors passed\n", count - 1);
    return count > 1 ? 0 : 1;
}
