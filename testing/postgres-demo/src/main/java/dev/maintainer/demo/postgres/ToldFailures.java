package dev.maintainer.demo.postgres;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.RunFailedException;
import java.sql.SQLException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * Says in a line what has failed, where that is no fault of the command itself.
 *
 * @param command what it is called there
 * @param status the exit status then
 */
public record ToldFailures(String command, int status) implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception problem, CommandLine line, ParseResult result) throws Exception {
        if (problem instanceof MaintainerException
                || problem instanceof RunFailedException
                || problem instanceof SQLException) {
            line.getErr().println(command + ": " + Printable.line(String.valueOf(problem.getMessage())));
            return status;
        }
        throw problem;
    }
}
