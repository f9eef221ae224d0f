#include "clock.h"

#include <sys/random.h>
#include <time.h>

static int64_t read_clock(clockid_t clock) {
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t pe_now(void) {
    return read_clock(CLOCK_MONOTONIC);
}

int64_t pe_wall(void) {
    return read_clock(CLOCK_REALTIME);
}

uint64_t pe_seed(void) {
    uint64_t seed;
    if (getrandom(&seed, sizeof seed, GRND_NONBLOCK) != (ssize_t)sizeof seed) {
        /* Early in a boot; what matters is only that proxies do not choose in step. */
        seed = (uint64_t)pe_now() * UINT64_C(0x9E3779B97F4A7C15) ^ (uintptr_t)&seed;
    }
    return seed;
}
