package io.peakmesh.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.peakmesh.smi.object.MeshObject;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What 2,000 pods leave behind, counted in objects: bytes depend on the JVM and its flags. */
class MemoryTest {
    private static final int PODS = 2_000;

    /** As a Deployment's pod comes from an API server, shortened where it is not read. */
    private static String pod(int i) {
        return """
        {"metadata":{"name":"web-%d","namespace":"shop","uid":"8d0f-%d","resourceVersion":"%d",
         "labels":{"app":"web-%d","pod-template-hash":"7d9f8c6b5","version":"v1"},
         "annotations":{"peakmesh.io/proxy":"redirect","foreign":"%s"},
         "managedFields":[{"fieldsV1":{"f:metadata":{"f:labels":{}}}}]},
         "spec":{"nodeName":"node-%d","serviceAccountName":"web-%d","tolerations":[{"key":"k"}],
          "containers":[{"name":"c","image":"i","env":[{"name":"A","value":"b"}],
           "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}]}]},
         "status":{"phase":"Running","podIP":"10.0.%d.%d","podIPs":[{"ip":"10.0.%d.%d"}],
          "conditions":[{"type":"Ready","status":"True","lastTransitionTime":"x"}]}}\
        """
                .formatted(
                        i,
                        i,
                        i + 1,
                        i / 10,
                        "x".repeat(2_000),
                        i % 20,
                        i / 10,
                        i / 250,
                        i % 250 + 1,
                        i / 250,
                        i % 250 + 1);
    }

    @Test
    void aPodLeavesFewObjectsBehindAndSharesTheTextsOfItsLabels() throws IOException {
        Ledger ledger = new Ledger(Objects.kind("Pod"));
        Words words = new Words();
        ledger.beginList();
        for (int i = 0; i < PODS; i++) {
            byte[] json = pod(i).getBytes(StandardCharsets.UTF_8);
            try (TreeReader reader = new TreeReader(new ByteArrayInputStream(json), words)) {
                reader.next();
                ledger.listed(reader.tree(Objects.kind("Pod").shape()));
            }
        }
        ledger.endList();
        List<ObjectEvent> events = ledger.take();
        assertThat(events).hasSize(PODS);
        Set<Object> texts = Collections.newSetFromMap(new IdentityHashMap<>());
        Set<Object> entries = Collections.newSetFromMap(new IdentityHashMap<>());
        for (ObjectEvent event : events) {
            if (event instanceof ObjectEvent.Applied(MeshObject.PodObject pod)) {
                note(pod.meta().labels(), texts, entries);
                note(pod.meta().annotations(), texts, entries);
                texts.add(pod.meta().namespace());
                texts.add(pod.node());
                texts.add(pod.serviceAccount());
                pod.ports().forEach(port -> texts.addAll(List.of(port.name(), port.transport())));
            }
        }
        // 200 services' names twice, 20 nodes, and a few words; some are forgotten and met again
        assertThat(texts).hasSizeLessThan(PODS);
        assertThat(entries).hasSize(4 * PODS);
        System.out.printf(
                "%d pods: %d texts that pods share, %d entries of maps%n",
                PODS, texts.size(), entries.size());
    }

    private static void note(
            Map<String, String> map, Collection<Object> texts, Collection<Object> entries) {
        for (Map.Entry<String, String> entry : map.entrySet()) {
            texts.add(entry.getKey());
            texts.add(entry.getValue());
            entries.add(entry);
        }
    }
}
