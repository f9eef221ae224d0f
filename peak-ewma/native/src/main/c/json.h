/* A small strict JSON reader: bounded in size, depth and number of values, no recursion beyond the depth. */
#ifndef PEAKMESH_JSON_H
#define PEAKMESH_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Values lie in the order of the text; next leads to the following one in the same array or object. */
struct json_value {
    enum json_kind kind;
    uint32_t next;  /* index of the next sibling, 0 if it is the last */
    uint32_t child; /* index of the first element or member, 0 if there is none */
    uint32_t key_length;
    uint32_t length;  /* of string */
    const char *key;  /* of a member, unescaped; NULL elsewhere */
    const char *text; /* of a string, unescaped */
    double number;
};

struct json {
    struct json_value *values; /* values[0] is the whole */
    uint32_t count;
    char *text; /* strings point into it */
};

/*
 * Reads one value that fills the text. At most max_values of them, 16 deep, 16 MiB long. On failure returns false with
 * a reason that lives for ever, and nothing to free.
 */
bool json_read(struct json *json, const char *text, size_t length, uint32_t max_values, const char **reason);
void json_free(struct json *json);

/* The member of that name, NULL if there is none or this is no object. */
const struct json_value *json_member(const struct json *json, const struct json_value *object, const char *name);
/* Walks elements and members: NULL at the end. */
const struct json_value *json_first(const struct json *json, const struct json_value *parent);
const struct json_value *json_next(const struct json *json, const struct json_value *value);

#endif
