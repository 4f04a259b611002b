package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.SourceSetup;
import dev.maintainer.replication.SourceSetup.Finding;
import dev.maintainer.replication.SourceSetup.Level;
import java.io.PrintWriter;
import java.util.List;
import java.util.SortedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prepares a PostgreSQL database to be a source. */
@Command(
        name = "postgres",
        mixinStandardHelpOptions = true,
        description =
                "Print the SQL that prepares a PostgreSQL database to be a source, look whether it is prepared, or print what"
                        + " gives the sink its sequences.")
final class PostgresCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    PostgresCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: setup-sql, check or sequences-sql");
    }

    @Command(
            name = "setup-sql",
            mixinStandardHelpOptions = true,
            description = {
                "Prints statements for an administrator of the source: role, grants, the schema maintainer with the"
                        + " triggers that note DDLs, and the publication. Nothing is connected.",
                "For example: maintainer postgres setup-sql --source 'postgresql://cdc@db/shop?tables=shop.*' | psql -1 -v ON_ERROR_STOP=1 shop"
            })
    int setupSql(
            @Mixin SourceMixin source,
            @Option(names = "--drop", description = "print what removes all that again") boolean drop) {
        ConnectorAddress address = source.address();
        SourceSetup setup = ConnectorPlugins.load(null).sourceSetup(address);
        SortedMap<String, String> all = source.settings();
        List<String> lines = drop ? setup.removal(address, all) : setup.script(address, all);
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
        return MaintainerCommand.RIGHT;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description =
                    "Looks whether the source can be read by its role, and changes nothing. Exit status 1 if it cannot.")
    int check(@Mixin SourceMixin source) {
        ConnectorAddress address = source.address();
        List<Finding> findings =
                ConnectorPlugins.load(null).sourceSetup(address).check(address, source.settings());
        PrintWriter out = spec.commandLine().getOut();
        for (Finding finding : findings) {
            String level = switch (finding.level()) {
                case WARNING -> "warning: ";
                case PROBLEM -> "problem: ";
            };
            out.println(level + Printable.line(finding.text()));
        }
        boolean isReady = findings.stream().noneMatch(finding -> finding.level() == Level.PROBLEM);
        out.println(isReady ? "the source can be read" : "the source cannot be read yet");
        out.flush();
        return isReady ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }

    @Command(
            name = "sequences-sql",
            mixinStandardHelpOptions = true,
            description = {
                "Prints statements that let the tables of a sink go on counting where those of the source are, for when"
                        + " applications move there. The source is asked, and not changed.",
                "For example: maintainer postgres sequences-sql --source 'postgresql://cdc@db/shop?tables=shop.*' | psql -1 -v ON_ERROR_STOP=1 copy"
            })
    int sequencesSql(
            @Mixin SourceMixin source,
            @Option(
                            names = "--margin",
                            defaultValue = "0",
                            paramLabel = "N",
                            description =
                                    "how many numbers each sequence leaves out, if applications still write; default 0")
                    long margin) {
        if (margin < 0) {
            throw new ParameterException(spec.commandLine(), "--margin is " + margin + "; it is at least 0");
        }
        ConnectorAddress address = source.address();
        List<String> lines =
                ConnectorPlugins.load(null).sourceSetup(address).sequences(address, source.settings(), margin);
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
        return MaintainerCommand.RIGHT;
    }
}
