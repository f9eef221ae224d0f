package io.peakmesh.cli.inject;

import io.peakmesh.injector.patch.Injection;
import io.peakmesh.injector.patch.InjectionSettings;
import io.peakmesh.injector.patch.Injector;
import io.peakmesh.injector.patch.JsonPatch;
import io.peakmesh.injector.patch.NamespaceFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh inject}: manifests with sidecars. */
@Command(
        name = "inject",
        description = {
            "Prints Kubernetes manifests with sidecars in their pods, as the webhook gives them:",
            "  kubectl get deployment web -o yaml | mesh inject - | kubectl apply -f -",
            "An annotation peakmesh.io/inject: disabled is heeded; what a Namespace among the"
                    + " manifests says counts for its workloads. What is not changed is printed as"
                    + " it was; a document that is changed keeps its order, but not its comments.",
            "Exit code: 0 all is done, 1 a pod is refused; nothing is printed then."
        })
public final class InjectCommand implements Callable<Integer> {
    private static final String INJECT = "peakmesh.io/inject";

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private MeshFlags mesh = new MeshFlags();

    @Option(
            names = "--annotate-only",
            description =
                    "Only set the annotation peakmesh.io/inject: enabled; the webhook does"
                            + " the rest.")
    private boolean annotateOnly;

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR|-", description = "What to read.")
    private List<String> names = new ArrayList<>();

    private final Map<String, NamespaceFacts> namespaces = new HashMap<>();
    private boolean refused;

    @Override
    public Integer call() throws IOException {
        List<Manifest> documents = Inputs.read(names, System.in);
        documents.stream()
                .flatMap(document -> Workload.objects(document.object()).stream())
                .filter(object -> Workload.text(object, "kind").equals("Namespace"))
                .forEach(this::note);
        InjectionSettings settings = mesh.settings();
        PrintWriter err = spec.commandLine().getErr();
        List<Manifest> out = new ArrayList<>();
        for (Manifest document : documents) {
            Map<String, Object> changed =
                    Workload.each(document.object(), object -> one(object, settings, err));
            out.add(changed.equals(document.object()) ? document : document.with(changed));
        }
        err.flush();
        if (refused) {
            return 1;
        }
        Inputs.print(out, spec.commandLine().getOut());
        return 0;
    }

    private Map<String, Object> one(
            Map<String, Object> object, InjectionSettings settings, PrintWriter err) {
        Optional<Map<String, Object>> pod = Workload.pod(object);
        if (object.isEmpty()) {
            return object;
        }
        String title = Workload.title(object);
        if (pod.isEmpty()) {
            err.println(title + " skipped");
            return object;
        }
        if (annotateOnly) {
            return annotated(object, pod.get(), title, err);
        }
        return switch (Injector.of(pod.get(), namespace(object), settings)) {
            case Injection.Injected(var patch, _, var remarks) -> {
                err.println(title + " injected");
                remarks.forEach(remark -> err.println("‼ " + title + ": " + remark));
                yield Workload.with(object, JsonPatch.apply(patch, pod.get()));
            }
            case Injection.LeftAlone(var reason, _) -> {
                err.println(title + " skipped: " + reason);
                yield object;
            }
            case Injection.Refused(var field, var reason) -> {
                err.println("× " + title + ": " + Workload.place(object) + field + ": " + reason);
                refused = true;
                yield object;
            }
        };
    }

    private static Map<String, Object> annotated(
            Map<String, Object> object, Map<String, Object> pod, String title, PrintWriter err) {
        Map<String, Object> metadata = new LinkedHashMap<>(Workload.map(pod, "metadata"));
        Map<String, Object> annotations =
                new LinkedHashMap<>(Workload.map(metadata, "annotations"));
        if (annotations.containsKey(INJECT)) {
            err.println(title + " skipped: it says " + INJECT + ": " + annotations.get(INJECT));
            return object;
        }
        annotations.put(INJECT, "enabled");
        metadata.put("annotations", annotations);
        Map<String, Object> changed = new LinkedHashMap<>(pod);
        changed.put("metadata", metadata);
        err.println(title + " annotated");
        return Workload.with(object, changed);
    }

    private void note(Map<String, Object> namespace) {
        Map<String, Object> metadata = Workload.map(namespace, "metadata");
        String name = Workload.text(metadata, "name");
        Map<String, String> annotations = texts(Workload.map(metadata, "annotations"));
        annotations.putIfAbsent(INJECT, "enabled");
        namespaces.put(
                name,
                new NamespaceFacts(name, texts(Workload.map(metadata, "labels")), annotations));
    }

    /** Who runs this command wants what it reads injected. */
    private NamespaceFacts namespace(Map<String, Object> object) {
        String said = Workload.text(Workload.map(object, "metadata"), "namespace");
        String name = said.isEmpty() ? "default" : said;
        return namespaces.getOrDefault(
                name, new NamespaceFacts(name, Map.of(), Map.of(INJECT, "enabled")));
    }

    private static Map<String, String> texts(Map<String, Object> map) {
        Map<String, String> out = new LinkedHashMap<>();
        map.forEach((key, value) -> out.put(key, String.valueOf(value)));
        return out;
    }
}
