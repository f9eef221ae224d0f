package io.peakmesh.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.CliException;
import io.peakmesh.cli.terminal.Output;
import io.peakmesh.kube.folder.FolderReading;
import io.peakmesh.kube.folder.YamlFolder;
import io.peakmesh.model.Invalid;
import io.peakmesh.model.Invalid.Severity;
import io.peakmesh.model.Mesh;
import io.peakmesh.model.Settings;
import io.peakmesh.smi.index.Index;
import io.peakmesh.smi.object.ObjectEvent;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code mesh validate}: reads manifests as the control plane would and tells what it makes of
 * them.
 */
@Command(
        name = "validate",
        description = {
            "Reads Kubernetes manifests as the control plane would and prints what would be refused,"
                    + " and why, one line each.",
            "Exit code: 0 nothing is refused (remarks may be printed), 1 something is."
        })
final class ValidateCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private Output output = new Output();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description =
                    "Ask this cluster too, whose admission may know more; nothing is stored there.")
    private @Nullable Path kubeconfig;

    @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "What to read.")
    private List<Path> paths = new ArrayList<>();

    @Override
    public Integer call() throws IOException {
        for (Path path : paths) {
            if (!Files.exists(path)) {
                throw new CliException("no such file or folder: " + path);
            }
        }
        FolderReading reading = YamlFolder.read(paths);
        List<ObjectEvent> events = new ArrayList<>();
        reading.objects().forEach(object -> events.add(new ObjectEvent.Applied(object)));
        Mesh mesh = new Index(Settings.byDefault()).apply(events);
        SortedSet<Invalid> problems = new TreeSet<>(reading.problems());
        problems.addAll(mesh.problems());
        if (kubeconfig != null) {
            problems.addAll(ClusterDryRun.of(kubeconfig, paths));
        }
        long refused = problems.stream().filter(p -> p.severity() == Severity.ERROR).count();
        if (output.json()) {
            printJson(reading, problems, refused);
        } else {
            print(reading, problems, refused);
        }
        return refused == 0 ? 0 : 1;
    }

    private void print(FolderReading reading, SortedSet<Invalid> problems, long refused) {
        PrintWriter out = spec.commandLine().getOut();
        for (Invalid problem : problems) {
            out.println((problem.severity() == Severity.ERROR ? "× " : "‼ ") + problem);
        }
        if (!reading.skippedKinds().isEmpty()) {
            StringBuilder note = new StringBuilder("not the mesh's business, skipped:");
            reading.skippedKinds()
                    .forEach((kind, count) ->
                            note.append(' ').append(count).append(' ').append(kind));
            out.println(note);
        }
        out.println(
                String.format(
                        Locale.ROOT,
                        "%s %s in %s: %s, %s",
                        refused == 0 ? "√" : "×",
                        counted(reading.objects().size(), "object"),
                        counted(reading.files(), "file"),
                        counted(refused, "mistake"),
                        counted(problems.size() - refused, "remark")));
        out.flush();
    }

    private static String counted(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    private void printJson(FolderReading reading, SortedSet<Invalid> problems, long refused)
            throws IOException {
        List<Map<String, String>> rows = new ArrayList<>();
        for (Invalid problem : problems) {
            Map<String, String> row = new LinkedHashMap<>();
            row.put("severity", problem.severity().name().toLowerCase(Locale.ROOT));
            row.put("object", problem.where().toString());
            row.put("field", problem.field());
            row.put("reason", problem.reason());
            rows.add(row);
        }
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("valid", refused == 0);
        result.put("objects", reading.objects().size());
        result.put("files", reading.files());
        result.put("skippedKinds", reading.skippedKinds());
        result.put("problems", rows);
        spec.commandLine()
                .getOut()
                .println(
                        new ObjectMapper()
                                .writerWithDefaultPrettyPrinter()
                                .writeValueAsString(result));
    }
}
