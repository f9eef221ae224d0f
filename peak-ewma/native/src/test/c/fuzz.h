/* What a fuzz target offers to fuzz_main.c, or to libFuzzer, which knows only the first of them. */
#ifndef PEAKMESH_FUZZ_H
#define PEAKMESH_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Inputs to start from and words to mutate with; each list ends with NULL. */
extern const char *const fuzz_seeds[];
extern const char *const fuzz_words[];
/* Calls into the module so far. */
extern uint64_t fuzz_calls;

#define ALWAYS(condition)                                                                                              \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: broken: %s\n", __FILE__, __LINE__, #condition);                                             \
            fflush(stdout);                                                                                            \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

#endif
