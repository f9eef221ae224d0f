package io.peakmesh.cli.run;

import io.peakmesh.kube.folder.FolderReading;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.index.Index;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Meshes from texts. */
public final class Meshes {
    private Meshes() {}

    /** The mesh of these manifests. */
    public static Mesh of(String... manifests) throws IOException {
        Path file = Files.createTempFile("mesh", ".yaml");
        try {
            Files.writeString(file, String.join("---\n", manifests));
            FolderReading reading = YamlFolder.read(List.of(file));
            List<ObjectEvent> events =
                    reading.objects().stream().<ObjectEvent>map(ObjectEvent.Applied::new).toList();
            return new Index(Settings.byDefault()).apply(events);
        } finally {
            Files.delete(file);
        }
    }

    /** A pod with a proxy in mesh-port mode. */
    public static String pod(String name, String uid, String ip, String app) {
        return pod(name, uid, ip, app, "mesh-port");
    }

    public static String pod(String name, String uid, String ip, String app, String proxy) {
        return """
        apiVersion: v1
        kind: Pod
        metadata: {name: %s, namespace: shop, uid: %s, labels: {app: %s}, annotations: {peakmesh.io/proxy: %s}}
        spec: {serviceAccountName: %s, containers: [{name: app, ports: [{containerPort: 8080}]}]}
        status: {podIP: %s, conditions: [{type: Ready, status: "True"}]}
        """
                .formatted(name, uid, app, proxy, app, ip);
    }

    public static String service(String name) {
        return """
        apiVersion: v1
        kind: Service
        metadata: {name: %s, namespace: shop}
        spec: {selector: {app: %s}, ports: [{name: http, port: 80, targetPort: 8080}]}
        """
                .formatted(name, name);
    }
}
