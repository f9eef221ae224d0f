package io.peakmesh.e2e.pods;

import static io.peakmesh.e2e.pods.AppPods.deployment;
import static io.peakmesh.e2e.pods.AppPods.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.peakmesh.e2e.kubernetes.Said;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How injected pods reach each other: by which names, families and ports, and when they go. */
class PodTrafficKubeE2e {
    private static final String SHOP = "shop";
    private static final String CALLER = "deploy/caller";
    private static final String MTLS = "URI=spiffe://cluster.local/ns/shop/sa/default";
    private static final Pattern FAILED = Pattern.compile("(\\d+) of (\\d+) failed");

    @RegisterExtension static final RealCluster CLUSTER = new RealCluster();
    private static final AppPods APPS = new AppPods(CLUSTER);

    @BeforeAll
    static void install() {
        InstalledMesh.in(CLUSTER).install().meshedNamespace(SHOP, "privileged");
        CLUSTER.apply(
                deployment(SHOP, "caller", 1, "", ""),
                service(SHOP, "web", "ipFamilyPolicy: RequireDualStack"),
                deployment(SHOP, "web", 1, "", ""));
        CLUSTER.awaitRollout(SHOP, "deployment/caller");
        CLUSTER.awaitRollout(SHOP, "deployment/web");
        APPS.callUntil(SHOP, CALLER, "http://web/", MTLS);
    }

    /** The common pool may have one thread, which the cluster's client needs. */
    private static void start(Runnable task) {
        Thread.ofVirtual().start(task);
    }

    @Test
    void eachPodOfAStatefulSetIsReachedByItsOwnName() {
        CLUSTER.apply(
                service(SHOP, "store", "clusterIP: None"),
                deployment(SHOP, "store", 2, "", "")
                        .replace("kind: Deployment", "kind: StatefulSet")
                        .replace("  replicas:", "  serviceName: store\n  replicas:"));
        CLUSTER.awaitRollout(SHOP, "statefulset/store");
        for (String name : List.of("store-0", "store-1")) {
            for (String host : List.of(name + ".store", name + ".store.shop.svc.cluster.local")) {
                assertThat(APPS.callUntil(SHOP, CALLER, "http://" + host + ":8080/", MTLS))
                        .contains("\"pod\":\"" + name + "\"");
            }
            AppPods.await("a line from " + name)
                    .untilAsserted(() ->
                            assertThat(APPS.line(SHOP, CALLER, name + ".store"))
                                    .isEqualTo(name + " hello\n"));
        }
        assertThat(APPS.callUntil(SHOP, "store-0", "http://store-1.store:8080/", MTLS))
                .contains("\"pod\":\"store-1\"");
    }

    @Test
    void aServiceOfTwoFamiliesIsReachedOverEach() {
        List<String> addresses =
                CLUSTER.client()
                        .services()
                        .inNamespace(SHOP)
                        .withName("web")
                        .get()
                        .getSpec()
                        .getClusterIPs();
        assertThat(addresses).hasSize(2);
        Pod web = CLUSTER.awaitReady(SHOP, "app=web", 1).getFirst();
        for (String address : addresses) {
            String host = address.contains(":") ? "[" + address + "]" : address;
            String answer = APPS.callUntil(SHOP, CALLER, "http://" + host + "/", MTLS);
            assertThat(answer).contains("\"pod\":\"web-");
            assertThat(APPS.line(SHOP, CALLER, address)).matches("web-\\S+ hello\n");
        }
        String six = web.getStatus().getPodIPs().get(1).getIp();
        assertThat(APPS.callUntil(SHOP, CALLER, "http://[" + six + "]:8080/", MTLS))
                .contains("\"pod\":\"web-");
    }

    @Test
    void aServiceOfIpv6AloneIsReached() {
        CLUSTER.apply(service(SHOP, "six", "ipFamilies: [IPv6]").replace("app: six", "app: web"));
        assertThat(APPS.callUntil(SHOP, CALLER, "http://six/", MTLS)).contains("\"pod\":\"web-");
    }

    @Test
    void anAppThatCallsItsOwnServiceLandsOnItselfByTheFrontDoor() {
        Pod web = CLUSTER.awaitReady(SHOP, "app=web", 1).getFirst();
        String name = web.getMetadata().getName();
        assertThat(APPS.callUntil(SHOP, name, "http://web/", MTLS))
                .contains("\"pod\":\"" + name + "\"");
        assertThat(APPS.line(SHOP, name, "web")).isEqualTo(name + " hello\n");
        assertThat(APPS.call(SHOP, name, "http://127.0.0.1:8080/").orThrow().out())
                .contains("\"pod\":\"" + name + "\"")
                .doesNotContain("URI=");
    }

    /**
     * By mTLS the end of one direction leaves the other open. Where first bytes are awaited Envoy
     * drops a client that ends at once (docs/annotations.md); nothing is awaited at 6379.
     */
    @Test
    void anAnswerComesThoughTheCallerHasEndedItsSide() {
        CLUSTER.apply(
                """
                apiVersion: v1
                kind: Service
                metadata: {namespace: shop, name: late}
                spec:
                  selector: {app: web}
                  ports: [{name: tcp-lines, port: 6379, targetPort: 9002}]
                """);
        String web = CLUSTER.awaitReady(SHOP, "app=web", 1).getFirst().getMetadata().getName();
        APPS.sent(
                SHOP,
                web,
                "printf '#!/bin/sh\\ncat >/tmp/got; sleep 1; wc -c </tmp/got\\n' >/tmp/late;"
                        + " chmod +x /tmp/late; nc -ll -p 9002 -e /tmp/late >/dev/null 2>&1 &");
        AppPods.await("the count of what came before the end")
                .untilAsserted(() ->
                        assertThat(
                                        APPS.sent(SHOP, CALLER, "echo hello | nc -w 5 late 6379")
                                                .strip())
                                .isEqualTo("6"));
    }

    /** An app that has too little CPU is so while it starts, and may keep the connection. */
    @Test
    void aCallerThatIsSilentBeforeItsFirstRequestIsStillHttp() {
        String request = "GET / HTTP/1.1\\r\\nHost: web\\r\\nConnection: close\\r\\n\\r\\n";
        AppPods.await("an answer by mTLS")
                .untilAsserted(() ->
                        assertThat(
                                        APPS.sent(
                                                SHOP,
                                                CALLER,
                                                "(sleep 5; printf '"
                                                        + request
                                                        + "'; sleep 2) | nc -w 9 web 80"))
                                .contains(MTLS));
    }

    /**
     * Nobody enforces NetworkPolicy here: the engine needs the statement queue of nftables, which
     * this kernel does not have. What such a policy names is the port that packets carry.
     */
    @Test
    void whatGoesBetweenPodsCarriesTheAppsOwnPort() {
        CLUSTER.apply(
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {namespace: shop, name: app-ports}
                spec:
                  podSelector: {matchLabels: {app: web}}
                  policyTypes: [Ingress]
                  ingress: [{ports: [{port: 8080}, {port: 9000}]}]
                """);
        Said queue =
                CLUSTER.on(
                        "node1",
                        "sh",
                        "-c",
                        "nft 'add table inet q; add chain inet q c; add rule inet q c queue num 100'"
                                + " 2>&1 || true");
        System.out.println("NetworkPolicy is not enforced here; nft queue: " + queue.out());
        String web = CLUSTER.awaitReady(SHOP, "app=web", 1).getFirst().getStatus().getPodIP();
        CLUSTER.on(
                        "node1",
                        "nft",
                        """
                        table bridge seen {
                          set ports { type inet_service; flags dynamic; }
                          chain forward {
                            type filter hook forward priority 0;
                            ip daddr %s tcp flags & (syn | ack) == syn update @ports { tcp dport }
                          }
                        }\
                        """
                                .formatted(web))
                .orThrow();
        for (int i = 0; i < 3; i++) {
            APPS.callUntil(SHOP, CALLER, "http://" + web + ":8080/", MTLS);
            assertThat(APPS.line(SHOP, CALLER, web)).matches("web-\\S+ hello\n");
        }
        String seen = CLUSTER.on("node1", "nft", "list", "set", "bridge", "seen", "ports").out();
        System.out.println("ports of new connections to a meshed pod: " + seen);
        assertThat(seen).contains("9000").doesNotContain("15006").doesNotContain("15443");
    }

    @Test
    void podsThatAreMadeAgainUnderLoadLoseNothing() {
        CLUSTER.apply(
                service(SHOP, "busy", ""),
                deployment(
                        SHOP,
                        "busy",
                        2,
                        """
                        env: [{name: DRAIN, value: 3s}]
                        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1}
                        """,
                        ""));
        CLUSTER.awaitRollout(SHOP, "deployment/busy");
        APPS.callUntil(SHOP, CALLER, "http://busy/", MTLS);
        CompletableFuture<Said> load =
                CompletableFuture.supplyAsync(
                        () ->
                                CLUSTER.exec(
                                        SHOP,
                                        CALLER,
                                        "app",
                                        "sh",
                                        "-c",
                                        """
                                        n=0 bad=0
                                        until [ -e /tmp/enough ] || [ $n -ge 20000 ]; do
                                          n=$((n+1))
                                          curl -sS --fail -m 20 'http://busy/?sleep=20ms' >/dev/null || bad=$((bad+1))
                                        done
                                        echo $bad of $n failed\
                                        """),
                        PodTrafficKubeE2e::start);
        try {
            CLUSTER.kubectl("-n", SHOP, "rollout", "restart", "deployment/busy").orThrow();
            CLUSTER.awaitRollout(SHOP, "deployment/busy");
            for (Pod pod : CLUSTER.awaitReady(SHOP, "app=busy", 2)) {
                CLUSTER.kubectl("-n", SHOP, "delete", "pod", pod.getMetadata().getName()).orThrow();
                CLUSTER.awaitReady(SHOP, "app=busy", 2);
            }
        } finally {
            CLUSTER.exec(SHOP, CALLER, "app", "touch", "/tmp/enough").orThrow();
        }
        Said said = load.join();
        System.out.println("under rollout: " + said.out() + said.err());
        Matcher counts = FAILED.matcher(said.out());
        assertThat(counts.find()).isTrue();
        assertThat(Integer.parseInt(counts.group(2))).isGreaterThan(50);
        assertThat(counts.group(1)).as(said.err()).isEqualTo("0");
    }

    @Test
    void aRequestInFlightEndsWellThoughItsPodIsDeleted() {
        CLUSTER.apply(service(SHOP, "slow", ""), deployment(SHOP, "slow", 1, "", ""));
        CLUSTER.awaitRollout(SHOP, "deployment/slow");
        APPS.callUntil(SHOP, CALLER, "http://slow/", MTLS);
        String name = CLUSTER.awaitReady(SHOP, "app=slow", 1).getFirst().getMetadata().getName();
        CompletableFuture<Said> answer =
                CompletableFuture.supplyAsync(
                        () -> APPS.call(SHOP, CALLER, "http://slow/?sleep=6s"),
                        PodTrafficKubeE2e::start);
        AppPods.await("the request's arrival")
                .until(() -> CLUSTER.logs(SHOP, name, "app").contains("sleep=6s"));
        CLUSTER.kubectl("-n", SHOP, "delete", "pod", name, "--wait=false").orThrow();
        assertThat(answer.join().orThrow().out()).contains("\"pod\":\"" + name + "\"");
    }
}
