/*
 * A fuzzer without a compiler's help: mutates, runs, keeps some of what it made. The same seed gives the same inputs.
 * Usage: fuzz SEED RUNS [FILE]: FILE has the last input, its length in 8 bytes before it, so that one that breaks
 * something is kept.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"

enum { POOL = 64, LONGEST = 2048 };

static uint8_t pool[POOL][LONGEST];
static size_t lengths[POOL];
static uint64_t state;

static uint32_t below(uint32_t n) {
    uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return n == 0 ? 0 : (uint32_t)((z >> 32) * n >> 32);
}

static size_t insert(uint8_t *data, size_t size, const void *bytes, size_t length) {
    size_t at = below((uint32_t)size + 1);
    if (size + length > LONGEST) {
        return size;
    }
    memmove(data + at + length, data + at, size - at);
    memcpy(data + at, bytes, length);
    return size + length;
}

static size_t mutate(uint8_t *data, size_t size) {
    uint8_t noise[64];
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (uint8_t)below(256);
    }
    uint32_t words = 0;
    while (fuzz_words[words] != NULL) {
        words++;
    }
    uint32_t which = below(size == 0 ? 2 : 6);
    if (which == 0) {
        return insert(data, size, noise, 1 + below(sizeof noise));
    }
    if (which == 1) {
        const char *word = words == 0 ? "0" : fuzz_words[below(words)];
        return insert(data, size, word, strlen(word));
    }
    size_t at = below((uint32_t)size);
    if (which == 2) {
        data[at] ^= (uint8_t)(1 << below(8));
    } else if (which == 3) {
        data[at] = noise[0];
    } else if (which == 4) {
        size_t cut = 1 + below((uint32_t)(size - at < 16 ? size - at : 16));
        memmove(data + at, data + at + cut, size - at - cut);
        size -= cut;
    } else {
        uint32_t other = below(POOL);
        size_t from = below((uint32_t)lengths[other]);
        size_t length = below((uint32_t)(lengths[other] - from));
        return insert(data, size, pool[other] + from, length);
    }
    return size;
}

static void fill_pool(void) {
    uint32_t seeds = 0;
    while (fuzz_seeds[seeds] != NULL) {
        seeds++;
    }
    for (uint32_t p = 0; p < POOL; p++) {
        if (p < seeds) {
            lengths[p] = strlen(fuzz_seeds[p]);
            memcpy(pool[p], fuzz_seeds[p], lengths[p]);
        } else {
            lengths[p] = below(400);
            for (size_t i = 0; i < lengths[p]; i++) {
                pool[p][i] = (uint8_t)below(256);
            }
        }
    }
}

/* A file in memory: it holds the last input also when the program is killed, and costs no system call an input. */
static uint8_t *keeper(const char *file) {
    int fd = open(file, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0 || ftruncate(fd, LONGEST + sizeof(size_t)) != 0) {
        perror(file);
        exit(2);
    }
    void *memory = mmap(NULL, LONGEST + sizeof(size_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    close(fd);
    return memory == MAP_FAILED ? NULL : memory;
}

int main(int count, char **arguments) {
    if (count < 3) {
        fprintf(stderr, "usage: %s SEED RUNS [FILE]\n", arguments[0]);
        return 2;
    }
    state = strtoull(arguments[1], NULL, 0);
    uint64_t runs = strtoull(arguments[2], NULL, 0);
    static uint8_t data[LONGEST];
    uint8_t *last = count > 3 ? keeper(arguments[3]) : NULL;
    fill_pool();
    for (uint64_t run = 0; run < runs; run++) {
        uint32_t from = below(POOL);
        size_t size = lengths[from];
        memcpy(data, pool[from], size);
        for (uint32_t times = 1 + below(8); times > 0; times--) {
            size = mutate(data, size);
        }
        if (last != NULL) {
            memcpy(last, &size, sizeof size);
            memcpy(last + sizeof size, data, size);
        }
        LLVMFuzzerTestOneInput(data, size);
        if (below(8) == 0) {
            uint32_t to = below(POOL);
            memcpy(pool[to], data, size);
            lengths[to] = size;
        }
    }
    printf("%llu inputs, %llu calls, seed %s: nothing broken\n", (unsigned long long)runs,
           (unsigned long long)fuzz_calls, arguments[1]);
    return 0;
}
