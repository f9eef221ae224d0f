#include "config.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { MAX_VALUES = 256, SHOWN = 48 };

enum field { DECAY, DEFAULT_RTT, FAILURE_PENALTY, ERROR_PENALTY, MAX_RETRY_AFTER, CONNECTIONS, LOCALITY_WEIGHTED, FIELDS };

/* Milliseconds, as users write them; a most of 0 marks a boolean. */
static const struct {
    const char *name;
    int least;
    int most;
    int preset;
} fields[FIELDS] = {
    [DECAY] = {"decay_ms", 1, 600000, 2500},
    [DEFAULT_RTT] = {"default_rtt_ms", 1, 60000, 30},
    [FAILURE_PENALTY] = {"failure_penalty_ms", 0, 60000, 5000},
    [ERROR_PENALTY] = {"error_penalty_ms", 0, 60000, 5000},
    [MAX_RETRY_AFTER] = {"max_retry_after_ms", 0, 300000, 30000},
    [CONNECTIONS] = {"connections", 0, 0, 0},
    [LOCALITY_WEIGHTED] = {"locality_weighted", 0, 0, 0},
};

/* A name as it may stand in a log line: cut, without control characters. */
static const char *shown(const struct json_value *member, char buffer[SHOWN + 1]) {
    size_t length = member->key_length < SHOWN ? member->key_length : SHOWN;
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)member->key[i];
        buffer[i] = c < 0x20 || c >= 0x7F ? '?' : (char)c;
    }
    buffer[length] = '\0';
    return buffer;
}

static int field_of(const struct json_value *member) {
    for (int f = 0; f < FIELDS; f++) {
        if (strlen(fields[f].name) == member->key_length &&
            memcmp(fields[f].name, member->key, member->key_length) == 0) {
            return f;
        }
    }
    return -1;
}

static bool read_field(const struct json_value *member, int found[FIELDS], bool seen[FIELDS], char *reason) {
    char name[SHOWN + 1];
    int f = field_of(member);
    if (f < 0) {
        snprintf(reason, PE_REASON, "unknown field \"%s\"", shown(member, name));
        return false;
    }
    if (seen[f]) {
        snprintf(reason, PE_REASON, "%s is there twice", fields[f].name);
        return false;
    }
    seen[f] = true;
    if (fields[f].most == 0) {
        if (member->kind != JSON_TRUE && member->kind != JSON_FALSE) {
            snprintf(reason, PE_REASON, "%s must be true or false", fields[f].name);
            return false;
        }
        found[f] = member->kind == JSON_TRUE;
        return true;
    }
    double n = member->number;
    if (member->kind != JSON_NUMBER || n < fields[f].least || n > fields[f].most || n != floor(n)) {
        snprintf(reason, PE_REASON, "%s must be a whole number from %d to %d", fields[f].name, fields[f].least,
                 fields[f].most);
        return false;
    }
    found[f] = (int)n;
    return true;
}

bool pe_config_from(struct pe_config *config, const struct json *json, const struct json_value *value,
                    char reason[PE_REASON]) {
    int found[FIELDS];
    bool seen[FIELDS] = {false};
    for (int f = 0; f < FIELDS; f++) {
        found[f] = fields[f].preset;
    }
    if (value->kind != JSON_OBJECT) {
        snprintf(reason, PE_REASON, "the configuration must be a JSON object");
        return false;
    }
    for (const struct json_value *m = json_first(json, value); m != NULL; m = json_next(json, m)) {
        if (!read_field(m, found, seen, reason)) {
            return false;
        }
    }
    *config = (struct pe_config){
        .decay = (double)(found[DECAY] * PE_MILLISECOND),
        .rate = 1 / (double)(found[DECAY] * PE_MILLISECOND),
        .default_rtt = found[DEFAULT_RTT] * PE_MILLISECOND,
        .failure_penalty = found[FAILURE_PENALTY] * PE_MILLISECOND,
        .error_penalty = found[ERROR_PENALTY] * PE_MILLISECOND,
        .max_retry_after = found[MAX_RETRY_AFTER] * PE_MILLISECOND,
        .connections = found[CONNECTIONS] != 0,
        .locality_weighted = found[LOCALITY_WEIGHTED] != 0,
    };
    return true;
}

static bool read_json(struct json *json, const char *text, size_t length, char *reason) {
    const char *why;
    if (length == 0) {
        text = "{}";
        length = 2;
    }
    if (!json_read(json, text, length, MAX_VALUES, &why)) {
        snprintf(reason, PE_REASON, "the configuration is no JSON: %s", why);
        return false;
    }
    return true;
}

bool pe_config_read(struct pe_config *config, const char *text, size_t length, char reason[PE_REASON]) {
    struct json json;
    if (!read_json(&json, text, length, reason)) {
        return false;
    }
    bool good = pe_config_from(config, &json, &json.values[0], reason);
    json_free(&json);
    return good;
}

bool pe_config_is_empty(const char *text, size_t length, char reason[PE_REASON]) {
    struct json json;
    if (!read_json(&json, text, length, reason)) {
        return false;
    }
    char name[SHOWN + 1];
    const struct json_value *first = json_first(&json, &json.values[0]);
    bool good = json.values[0].kind == JSON_OBJECT && first == NULL;
    if (json.values[0].kind != JSON_OBJECT) {
        snprintf(reason, PE_REASON, "the configuration must be a JSON object");
    } else if (first != NULL) {
        snprintf(reason, PE_REASON, "unknown field \"%s\"", shown(first, name));
    }
    json_free(&json);
    return good;
}
