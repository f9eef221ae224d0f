/*
 * Workers that balance while the main thread makes the admin page: run under ThreadSanitizer. Each thread has its own
 * balancer of the same cluster, as in Envoy.
 */
#include <pthread.h>

#include "world.h"

enum { WORKERS = 2, ROUNDS = 4000 };

static struct stub_host hosts[WORKERS + 1][3];

static void set_up(struct stub_lb *lb, int number) {
    static const char *const addresses[] = {"10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80"};
    for (int h = 0; h < 3; h++) {
        strcpy(hosts[number][h].address, addresses[h]);
        hosts[number][h].weight = 1;
    }
    *lb = (struct stub_lb){.cluster = "shop", .priority_count = 1};
    lb->priorities[0] = (struct stub_priority){.hosts = hosts[number], .count = 3};
    CHECK(stub_start(lb, ""));
}

static void *work(void *argument) {
    int number = (int)(intptr_t)argument;
    struct stub_lb lb;
    set_up(&lb, number);
    for (int i = 0; i < ROUNDS; i++) {
        struct stub_host *host = stub_pick(&lb, NULL);
        CHECK(host != NULL);
        attach(host);
        detach(host);
        answer(host, i % 50 == 0 ? 503 : 200, (i % 7 + 1) * MS);
        if (i % 64 == 0) {
            lb.priorities[0].count = 1 + (size_t)(i / 64) % 3;
            stub_update(&lb);
        }
    }
    stub_stop(&lb);
    return NULL;
}

static void makes_the_page_while_workers_balance_and_members_change(void) {
    struct stub_lb lb;
    set_up(&lb, WORKERS);
    pthread_t workers[WORKERS];
    for (intptr_t w = 0; w < WORKERS; w++) {
        CHECK(pthread_create(&workers[w], NULL, work, (void *)w) == 0);
    }
    for (int i = 0; i < 300; i++) {
        CHECK(stub_ask("/peakmesh/endpoints") == 200 && strstr(stub_page, "10.0.0.3:80") != NULL);
    }
    for (int w = 0; w < WORKERS; w++) {
        pthread_join(workers[w], NULL);
    }
    CHECK(stub_ask("/peakmesh/endpoints") == 200);
    unsigned long picks = 0;
    for (const char *at = stub_page; (at = strstr(at, "\"picks\":")) != NULL; at++) {
        picks += strtoul(at + 8, NULL, 10);
    }
    CHECK(picks == WORKERS * ROUNDS);
    stub_stop(&lb);
}

int main(void) {
    RUN(makes_the_page_while_workers_balance_and_members_change);
    printf("%d tests passed\n", tests_run);
    return 0;
}
