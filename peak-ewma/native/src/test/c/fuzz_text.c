/* Fuzz target: whatever comes in as text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../main/c/config.h"
#include "../../main/c/retry_after.h"
#include "../../main/c/text.h"
#include "fuzz.h"

const char *const fuzz_seeds[] = {
    "{\"decay_ms\":10000,\"default_rtt_ms\":30,\"failure_penalty_ms\":5000}",
    "{\"error_penalty_ms\":0,\"max_retry_after_ms\":300000,\"connections\":true,\"locality_weighted\":false}",
    "{\"decay_ms\":-0.0e-1,\"\\ud83d\\ude00\":[null,{\"a\":\"\\u00e9\\n\"},1e5]}",
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "120",
    NULL,
};
const char *const fuzz_words[] = {
    "\"decay_ms\":",  "\"connections\":", "true", "false", "null", "[", "]",  "{",   "}",      ",",
    "\\u",            "\\ud800",          "1e9",  "-1",    "0",    "\"", "\\", "GMT", " Feb 29", NULL,
};
uint64_t fuzz_calls;

static void check_config(const struct pe_config *config) {
    ALWAYS(config->decay >= (double)PE_MILLISECOND && config->decay <= 600e9);
    ALWAYS(config->default_rtt >= PE_MILLISECOND && config->default_rtt <= 60 * PE_SECOND);
    ALWAYS(config->failure_penalty >= 0 && config->failure_penalty <= 60 * PE_SECOND);
    ALWAYS(config->error_penalty >= 0 && config->error_penalty <= 60 * PE_SECOND);
    ALWAYS(config->max_retry_after >= 0 && config->max_retry_after <= 300 * PE_SECOND);
}

/* Every value is reached once: links go forward, so that a walk ends. */
static uint32_t walk(const struct json *json, const struct json_value *parent) {
    uint32_t count = 1;
    for (const struct json_value *v = json_first(json, parent); v != NULL; v = json_next(json, v)) {
        ALWAYS(v > parent && v < json->values + json->count);
        count += walk(json, v);
    }
    return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* A copy of its own, so that a read past the end is seen. */
    char *text = malloc(size == 0 ? 1 : size);
    if (text == NULL) {
        return 0;
    }
    memcpy(text, data, size);
    envoy_buffer buffer = {text, size};
    char reason[PE_REASON] = "";
    struct pe_config config;
    if (pe_config_read(&config, text, size, reason)) {
        check_config(&config);
    } else {
        ALWAYS(memchr(reason, '\0', sizeof reason) != NULL && strpbrk(reason, "\n\r") == NULL && reason[0] != '\0');
    }
    pe_config_is_empty(text, size, reason);
    struct json json;
    const char *why = NULL;
    if (json_read(&json, text, size, 300, &why)) {
        ALWAYS(walk(&json, &json.values[0]) == json.count);
        json_free(&json);
    } else {
        ALWAYS(why != NULL);
    }
    int64_t after = pe_retry_after(buffer, buffer, 0);
    ALWAYS(after >= 0 && after <= 86400 * PE_SECOND && pe_retry_pushback(buffer) <= 86400 * PE_SECOND);
    ALWAYS(pe_http_date(buffer) >= -1);
    struct pe_text page = {0};
    pe_text_add_string(&page, buffer);
    ALWAYS(json_read(&json, page.bytes, page.length, 1, &why));
    json_free(&json);
    free(page.bytes);
    free(text);
    fuzz_calls += 8;
    return 0;
}
