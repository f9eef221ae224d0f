package io.peakmesh.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.peakmesh.cli.terminal.Output;
import io.peakmesh.cli.terminal.Version;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Prints the versions of Peakmesh, its Envoy and its Java.")
final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private Output output = new Output();

    @Override
    public Integer call() throws IOException {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("peakmesh", Version.PEAKMESH);
        versions.put("envoy", Version.ENVOY);
        versions.put("java", Runtime.version().toString());
        if (output.json()) {
            spec.commandLine().getOut().println(new ObjectMapper().writeValueAsString(versions));
        } else {
            versions.forEach((name, v) -> spec.commandLine().getOut().println(name + ": " + v));
        }
        return 0;
    }
}
