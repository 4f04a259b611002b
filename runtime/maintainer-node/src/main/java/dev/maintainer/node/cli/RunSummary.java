package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.HandoffReport;
import dev.maintainer.node.run.RunResult;
import dev.maintainer.runtime.journal.JournalSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What people see at the end of a run. */
record RunSummary(RunResult result, String sink, @Nullable Path journal, boolean verbose) {
    void print(PrintWriter out) {
        for (HandoffReport handoff : result.handoffs()) {
            handoff.lines().forEach(line -> out.println(Printable.line(line)));
        }
        result.drains().forEach(drain -> out.println(drain.line()));
        out.println(String.format(
                Locale.ROOT,
                "%d events in %.1f s: %d rows applied, %d applied again, %d handoffs, killed %s, joined %s, drained %d",
                result.events(),
                result.millis() / 1000.0,
                result.rowsApplied(),
                result.rowsAppliedAgain(),
                result.handoffs().size(),
                result.killed().isEmpty() ? "none" : String.join(" ", result.killed()),
                result.joined().isEmpty() ? "none" : String.join(" ", result.joined()),
                result.drains().size()));
        out.println(result.lag().line());
        result.planning().lines().forEach(line -> out.println(Printable.line(line)));
        result.division().lines().forEach(line -> out.println(Printable.line(line)));
        if (!result.blockEvents().isNone()) {
            out.println(result.blockEvents().line());
        }
        if (result.redo() != null) {
            out.println(result.redo().line());
        }
        if (!result.compared()) {
            out.println("sink " + Printable.line(sink) + " cannot be read back, so it was not compared; checkpoint "
                    + result.checkpointTs());
        } else if (result.difference().isNone()) {
            out.println("sink " + Printable.line(sink) + " equals the log: " + result.rows() + " rows in "
                    + result.tables() + " tables, checkpoint " + result.checkpointTs());
        } else {
            out.println("sink " + Printable.line(sink) + " DIFFERS from the log in "
                    + result.difference().count() + " places:");
            result.difference().first().forEach(line -> out.println("  " + Printable.line(line)));
        }
        if (journal != null) {
            printJournals(out, journal);
        }
        out.flush();
    }

    private void printJournals(PrintWriter out, Path directory) {
        long entries =
                result.journals().stream().mapToLong(JournalSummary::entries).sum();
        long bytes = result.journals().stream().mapToLong(JournalSummary::bytes).sum();
        out.println("journal " + directory + ": " + result.journals().size() + " nodes, " + entries + " entries, "
                + bytes + " bytes");
        result.journals().stream()
                .filter(each -> each.problem() != null)
                .forEach(each -> out.println("  INCOMPLETE: journal of " + each.node() + " " + each.problem()));
    }
}
