#include "json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 16, MAX_LENGTH = 16 << 20, MAX_DIGITS = 64 };

struct reader {
    char *at; /* the copy is rewritten in place: an unescaped string is never longer */
    char *end;
    struct json_value *values;
    uint32_t count;
    uint32_t max;
    uint32_t room;
    int depth;
    const char *reason;
};

static bool fail(struct reader *reader, const char *reason) {
    if (reader->reason == NULL) {
        reader->reason = reason;
    }
    return false;
}

static void skip_space(struct reader *reader) {
    while (reader->at < reader->end && strchr(" \t\r\n", *reader->at) != NULL && *reader->at != '\0') {
        reader->at++;
    }
}

static bool take(struct reader *reader, char c) {
    if (reader->at < reader->end && *reader->at == c) {
        reader->at++;
        return true;
    }
    return false;
}

static bool take_word(struct reader *reader, const char *word) {
    size_t length = strlen(word);
    if ((size_t)(reader->end - reader->at) < length || memcmp(reader->at, word, length) != 0) {
        return fail(reader, "a value is expected");
    }
    reader->at += length;
    return true;
}

static bool hex4(struct reader *reader, uint32_t *code) {
    if (reader->end - reader->at < 4) {
        return fail(reader, "a \\u escape is cut off");
    }
    *code = 0;
    for (int i = 0; i < 4; i++) {
        char c = *reader->at++;
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if ((c | 32) >= 'a' && (c | 32) <= 'f') {
            digit = (uint32_t)((c | 32) - 'a' + 10);
        } else {
            return fail(reader, "a \\u escape is not hexadecimal");
        }
        *code = *code << 4 | digit;
    }
    return true;
}

static char *put_utf8(char *out, uint32_t code) {
    if (code < 0x80) {
        *out++ = (char)code;
    } else if (code < 0x800) {
        *out++ = (char)(0xC0 | code >> 6);
        *out++ = (char)(0x80 | (code & 63));
    } else if (code < 0x10000) {
        *out++ = (char)(0xE0 | code >> 12);
        *out++ = (char)(0x80 | (code >> 6 & 63));
        *out++ = (char)(0x80 | (code & 63));
    } else {
        *out++ = (char)(0xF0 | code >> 18);
        *out++ = (char)(0x80 | (code >> 12 & 63));
        *out++ = (char)(0x80 | (code >> 6 & 63));
        *out++ = (char)(0x80 | (code & 63));
    }
    return out;
}

static bool escape(struct reader *reader, char **out) {
    if (reader->at == reader->end) {
        return fail(reader, "a string is not closed");
    }
    static const char from[] = "\"\\/bfnrt";
    static const char to[] = "\"\\/\b\f\n\r\t";
    char c = *reader->at++;
    const char *known = c == '\0' ? NULL : strchr(from, c);
    if (known != NULL) {
        *(*out)++ = to[known - from];
        return true;
    }
    uint32_t code;
    uint32_t low;
    if (c != 'u' || !hex4(reader, &code)) {
        return fail(reader, "an escape is unknown");
    }
    if (code >= 0xD800 && code < 0xDC00) {
        if (!take(reader, '\\') || !take(reader, 'u') || !hex4(reader, &low) || low < 0xDC00 || low > 0xDFFF) {
            return fail(reader, "half of a surrogate pair is missing");
        }
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code <= 0xDFFF) {
        return fail(reader, "half of a surrogate pair is missing");
    }
    *out = put_utf8(*out, code);
    return true;
}

/* The opening quote was taken. */
static bool string(struct reader *reader, const char **text, uint32_t *length) {
    char *out = reader->at;
    *text = out;
    while (reader->at < reader->end) {
        char c = *reader->at++;
        if (c == '"') {
            *length = (uint32_t)(out - *text);
            return true;
        }
        if ((unsigned char)c < 0x20) {
            return fail(reader, "a control character is in a string");
        }
        if (c != '\\') {
            *out++ = c;
        } else if (!escape(reader, &out)) {
            return false;
        }
    }
    return fail(reader, "a string is not closed");
}

static bool digits(struct reader *reader) {
    const char *first = reader->at;
    while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
        reader->at++;
    }
    return reader->at > first;
}

static bool number(struct reader *reader, double *result) {
    const char *first = reader->at;
    take(reader, '-');
    bool good = take(reader, '0') || digits(reader);
    if (good && take(reader, '.')) {
        good = digits(reader);
    }
    if (good && (take(reader, 'e') || take(reader, 'E'))) {
        if (!take(reader, '+')) {
            take(reader, '-');
        }
        good = digits(reader);
    }
    size_t length = (size_t)(reader->at - first);
    if (!good || length > MAX_DIGITS) {
        return fail(reader, "a value is expected");
    }
    char copy[MAX_DIGITS + 1];
    memcpy(copy, first, length);
    copy[length] = '\0';
    *result = strtod(copy, NULL);
    return isfinite(*result) || fail(reader, "a number is too large");
}

static bool add(struct reader *reader, uint32_t *index) {
    if (reader->count == reader->max) {
        return fail(reader, "there are too many values");
    }
    if (reader->count == reader->room) {
        uint32_t room = reader->room == 0 ? 16 : 2 * reader->room;
        struct json_value *values = realloc(reader->values, room * sizeof *values);
        if (values == NULL) {
            return fail(reader, "memory is short");
        }
        reader->values = values;
        reader->room = room;
    }
    *index = reader->count++;
    reader->values[*index] = (struct json_value){.kind = JSON_NULL};
    return true;
}

static bool value(struct reader *reader, uint32_t index);

static bool member_name(struct reader *reader, const char **key, uint32_t *length) {
    skip_space(reader);
    if (!take(reader, '"')) {
        return fail(reader, "a name is expected");
    }
    if (!string(reader, key, length)) {
        return false;
    }
    skip_space(reader);
    return take(reader, ':') || fail(reader, "a colon is expected");
}

/* What is between brackets; the opening one was taken. */
static bool container(struct reader *reader, uint32_t parent, bool object) {
    char close = object ? '}' : ']';
    skip_space(reader);
    if (take(reader, close)) {
        return true;
    }
    if (++reader->depth > MAX_DEPTH) {
        return fail(reader, "it is nested too deep");
    }
    uint32_t before = 0;
    do {
        const char *key = NULL;
        uint32_t key_length = 0;
        uint32_t index;
        if ((object && !member_name(reader, &key, &key_length)) || !add(reader, &index)) {
            return false;
        }
        *(before == 0 ? &reader->values[parent].child : &reader->values[before].next) = index;
        before = index;
        reader->values[index].key = key;
        reader->values[index].key_length = key_length;
        if (!value(reader, index)) {
            return false;
        }
        skip_space(reader);
    } while (take(reader, ','));
    reader->depth--;
    return take(reader, close) || fail(reader, "a comma or a closing bracket is expected");
}

static bool value(struct reader *reader, uint32_t index) {
    skip_space(reader);
    char c = reader->at < reader->end ? *reader->at : '\0';
    struct json_value *into = &reader->values[index];
    switch (c) {
    case '{':
    case '[':
        reader->at++;
        into->kind = c == '{' ? JSON_OBJECT : JSON_ARRAY;
        return container(reader, index, c == '{');
    case '"':
        reader->at++;
        into->kind = JSON_STRING;
        return string(reader, &into->text, &into->length);
    case 't':
        into->kind = JSON_TRUE;
        return take_word(reader, "true");
    case 'f':
        into->kind = JSON_FALSE;
        return take_word(reader, "false");
    case 'n':
        return take_word(reader, "null");
    default:
        into->kind = JSON_NUMBER;
        return number(reader, &into->number);
    }
}

bool json_read(struct json *json, const char *text, size_t length, uint32_t max_values, const char **reason) {
    struct reader reader = {.max = max_values};
    *json = (struct json){0};
    char *copy = length > MAX_LENGTH ? NULL : malloc(length + 1);
    if (copy == NULL) {
        *reason = length > MAX_LENGTH ? "it is too long" : "memory is short";
        return false;
    }
    if (length > 0) {
        memcpy(copy, text, length);
    }
    reader.at = copy;
    reader.end = copy + length;
    uint32_t whole;
    bool good = add(&reader, &whole) && value(&reader, whole);
    if (good) {
        skip_space(&reader);
        good = reader.at == reader.end || fail(&reader, "there is more after the end");
    }
    *json = (struct json){.values = reader.values, .count = reader.count, .text = copy};
    if (!good) {
        *reason = reader.reason;
        json_free(json);
    }
    return good;
}

void json_free(struct json *json) {
    free(json->values);
    free(json->text);
    *json = (struct json){0};
}

const struct json_value *json_first(const struct json *json, const struct json_value *parent) {
    return parent->child == 0 ? NULL : &json->values[parent->child];
}

const struct json_value *json_next(const struct json *json, const struct json_value *value) {
    return value->next == 0 ? NULL : &json->values[value->next];
}

const struct json_value *json_member(const struct json *json, const struct json_value *object, const char *name) {
    if (object->kind != JSON_OBJECT) {
        return NULL;
    }
    size_t length = strlen(name);
    for (const struct json_value *v = json_first(json, object); v != NULL; v = json_next(json, v)) {
        if (v->key_length == length && memcmp(v->key, name, length) == 0) {
            return v;
        }
    }
    return NULL;
}
