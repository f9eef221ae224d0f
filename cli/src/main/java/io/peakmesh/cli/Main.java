package io.peakmesh.cli;

import io.peakmesh.cli.check.CheckCommand;
import io.peakmesh.cli.demo.DemoCommand;
import io.peakmesh.cli.demo.SampleCommand;
import io.peakmesh.cli.inject.InjectCommand;
import io.peakmesh.cli.inject.UninjectCommand;
import io.peakmesh.cli.install.InstallCommand;
import io.peakmesh.cli.install.PruneCommand;
import io.peakmesh.cli.install.UninstallCommand;
import io.peakmesh.cli.install.UpgradeCommand;
import io.peakmesh.cli.terminal.CliException;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code mesh}: reads the command line and runs one command. */
@Command(
        name = "mesh",
        description = "A service mesh for Envoy: mTLS, balancing, SMI policy and splits.",
        mixinStandardHelpOptions = false,
        subcommands = {
            DemoCommand.class,
            SampleCommand.class,
            ControlPlaneCommand.class,
            ProxyCommand.class,
            ValidateCommand.class,
            InstallCommand.class,
            UpgradeCommand.class,
            PruneCommand.class,
            UninstallCommand.class,
            InjectCommand.class,
            UninjectCommand.class,
            CheckCommand.class,
            DiagnosticsCommand.class,
            VersionCommand.class,
            CommandLine.HelpCommand.class,
            AutoComplete.GenerateCompletion.class
        },
        footer = {
            "",
            "First steps:",
            "  mesh demo                      a whole mesh on this machine",
            "  mesh validate DIR              what the mesh would refuse, and why",
            "  mesh control-plane --source DIR",
            "  mesh check --proxy             what is not well, and what to do next",
            "",
            "Exit codes: 0 all is well, 1 it is not (the last line says what to do), 2 wrong usage."
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command line as {@link #main} runs it; errors of users are one line without a trace. */
    static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (!(failure instanceof CliException)) {
                throw failure;
            }
            command.getErr().println("mesh: " + failure.getMessage());
            return 1;
        });
        return line;
    }
}
