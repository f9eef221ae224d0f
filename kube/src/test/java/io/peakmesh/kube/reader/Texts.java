package io.peakmesh.kube.reader;

import io.peakmesh.smi.object.MeshObject;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Short ways to read a text in a test. */
final class Texts {
    static final String GOOD =
            """
            apiVersion: v1
            kind: Service
            metadata: {name: good, namespace: shop}
            spec: {ports: [{port: 80}]}
            """;

    private Texts() {}

    static ReadResult yaml(String text) {
        return YamlReader.read("f.yaml", text.getBytes(StandardCharsets.UTF_8));
    }

    static ReadResult json(String text) {
        return YamlReader.read("f.json", text.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> lines(ReadResult result) {
        return result.problems().stream().map(Object::toString).toList();
    }

    static List<String> keys(ReadResult result) {
        return result.objects().stream()
                .map(MeshObject::key)
                .map(key -> key.kind() + " " + key.namespace() + "/" + key.name())
                .toList();
    }

    /** The only object of a text without problems. */
    static <T extends MeshObject> T one(Class<T> type, String text) {
        ReadResult result = yaml(text);
        if (!result.problems().isEmpty() || result.objects().size() != 1) {
            throw new AssertionError(result);
        }
        return type.cast(result.objects().getFirst());
    }
}
