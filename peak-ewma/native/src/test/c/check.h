/* The smallest test harness: a failed check says where and what, and ends the run. */
#ifndef PEAKMESH_CHECK_H
#define PEAKMESH_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(condition)                                                                                               \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            printf("%s:%d: %s: failed: %s\n", __FILE__, __LINE__, __func__, #condition);                               \
            exit(1);                                                                                                   \
        }                                                                                                              \
    } while (0)

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        test();                                                                                                        \
        tests_run++;                                                                                                   \
    } while (0)

static int tests_run;

#endif
