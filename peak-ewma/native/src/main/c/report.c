#include "report.h"

#include <stdio.h>
#include <string.h>

#include "config.h"

HOOK const char *ON(program_init)(void);

/* The interface of Envoy 1.40. Another Envoy warns and goes on. */
const char *ON(program_init)(void) {
    return "v0.2.0";
}

void pe_refuse(const char *part, const char *reason) {
    char line[PE_REASON + 64];
    int length = snprintf(line, sizeof line, "peakmesh: %s refused: %s", part, reason);
    ENVOY(log)(ENVOY_LOG_ERROR, (envoy_buffer){line, (size_t)length < sizeof line ? (size_t)length : sizeof line - 1});
}

bool pe_is_our_name(const char *part, envoy_buffer name, char *reason) {
    static const char ours[] = "peak_ewma";
    if (name.length == sizeof ours - 1 && memcmp(name.ptr, ours, name.length) == 0) {
        return true;
    }
    snprintf(reason, PE_REASON, "this module has one %s, named %s", part, ours);
    return false;
}
