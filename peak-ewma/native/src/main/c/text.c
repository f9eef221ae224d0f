#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct pe_text *text, size_t more) {
    if (text->failed || text->room - text->length > more) {
        return !text->failed;
    }
    size_t room = 2 * text->room + more + 1024;
    char *bytes = realloc(text->bytes, room);
    if (bytes == NULL) {
        text->failed = true;
        return false;
    }
    text->bytes = bytes;
    text->room = room;
    return true;
}

void pe_text_add(struct pe_text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length > 0 && reserve(text, (size_t)length)) {
        vsnprintf(text->bytes + text->length, text->room - text->length, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

/* How many bytes a well-formed UTF-8 character has that starts here, 0 if none does. */
static size_t character(const unsigned char *at, size_t left) {
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xC2 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : at[0] < 0xF5 ? 4 : 0;
    if (length == 0 || length > left) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xF0 && at[1] < 0x90);
    bool beyond = (at[0] == 0xED && at[1] > 0x9F) || (at[0] == 0xF4 && at[1] > 0x8F);
    return overlong || beyond ? 0 : length;
}

static void add_bytes(struct pe_text *text, const void *bytes, size_t length) {
    if (reserve(text, length)) {
        memcpy(text->bytes + text->length, bytes, length);
        text->length += length;
    }
}

void pe_text_add_string(struct pe_text *text, envoy_buffer value) {
    add_bytes(text, "\"", 1);
    const unsigned char *bytes = (const unsigned char *)value.ptr;
    for (size_t i = 0; i < value.length;) {
        size_t length = character(bytes + i, value.length - i);
        if (length == 0 || bytes[i] < 0x20) {
            add_bytes(text, "?", 1);
            length = 1;
        } else {
            if (bytes[i] == '"' || bytes[i] == '\\') {
                add_bytes(text, "\\", 1);
            }
            add_bytes(text, bytes + i, length);
        }
        i += length;
    }
    add_bytes(text, "\"", 1);
}
