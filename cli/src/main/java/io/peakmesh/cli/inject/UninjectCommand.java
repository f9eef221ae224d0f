package io.peakmesh.cli.inject;

import io.peakmesh.injector.patch.Uninjector;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh uninject}: manifests without the sidecars that {@code mesh inject} gave them. */
@Command(
        name = "uninject",
        description = {
            "Prints Kubernetes manifests without sidecars: exactly what was there before.",
            "An annotation peakmesh.io/inject stays as it is; with enabled, the webhook injects the"
                    + " pods again."
        })
public final class UninjectCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "1..*", paramLabel = "FILE|DIR|-", description = "What to read.")
    private List<String> names = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        List<Manifest> documents = Inputs.read(names, System.in);
        PrintWriter err = spec.commandLine().getErr();
        List<Manifest> out = new ArrayList<>();
        for (Manifest document : documents) {
            Map<String, Object> changed = Workload.each(document.object(), o -> one(o, err));
            out.add(changed.equals(document.object()) ? document : document.with(changed));
        }
        err.flush();
        Inputs.print(out, spec.commandLine().getOut());
        return 0;
    }

    private static Map<String, Object> one(Map<String, Object> object, PrintWriter err) {
        if (object.isEmpty()) {
            return object;
        }
        Optional<Map<String, Object>> pod = Workload.pod(object).filter(Uninjector::injected);
        err.println(Workload.title(object) + (pod.isPresent() ? " uninjected" : " skipped"));
        return pod.map(found -> Workload.with(object, Uninjector.of(found))).orElse(object);
    }
}
