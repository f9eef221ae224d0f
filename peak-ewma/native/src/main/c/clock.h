/* The outer world: time and chance. Tests bring their own. */
#ifndef PEAKMESH_CLOCK_H
#define PEAKMESH_CLOCK_H

#include <stdint.h>

/* Nanoseconds of the monotonic clock. */
int64_t pe_now(void);
/* Nanoseconds since 1970, for what other machines wrote down. */
int64_t pe_wall(void);
/* Random bits to start a generator with. */
uint64_t pe_seed(void);

#endif
