package dev.maintainer.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.world.CrashedOperation.Kind;
import dev.maintainer.simulator.world.CrashedOperation.Victim;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Each operation, each of its messages, each process that may die as the message leaves: what becomes of the table. The
 * page is written by {@code -Dmaintainer.crashes.write=true}.
 */
class CrashMatrixTest {
    private static final Path PAGE = Path.of("CRASHES.md");
    private static final int SEEDS = 12;

    @Test
    @DisplayName("the outcome of a death at any step of any operation is what CRASHES.md says")
    void everyCell() throws IOException {
        List<String> lines = new ArrayList<>(List.of(
                "# Deaths amid operations",
                "",
                "One table, one operation, and one process that dies as a message of the operation is about to leave; if it is",
                "the sender, the message is lost. Each cell is what has become of the table when all is at rest again, in "
                        + SEEDS,
                "worlds with other delays. In each of them the invariants hold all the time: one writer, no gap, an honest",
                "checkpoint. Written and compared by `CrashMatrixTest`.",
                "",
                "| operation | as | nobody dies | owner | origin | target | coordinator |",
                "|---|---|---|---|---|---|---|"));
        for (Kind kind : Kind.values()) {
            for (int step = 0; step < kind.steps().size(); step++) {
                StringBuilder line = new StringBuilder("| " + kind.name().toLowerCase(java.util.Locale.ROOT) + " | "
                        + kind.steps().get(step).text + " |");
                for (Victim victim : Victim.values()) {
                    line.append(' ').append(cell(kind, step, victim)).append(" |");
                }
                lines.add(line.toString());
            }
        }
        lines.addAll(barriers());
        if (Boolean.getBoolean("maintainer.crashes.write")) {
            Files.write(PAGE, lines);
        }
        assertThat(Files.readAllLines(PAGE)).isEqualTo(lines);
    }

    private static List<String> barriers() {
        List<String> lines = new ArrayList<>(List.of(
                "",
                "# Deaths amid block events",
                "",
                "One block event of each kind, and one process that dies as a message about it is about to leave. Each cell is "
                        + "how often",
                "the event was executed when all is at rest again and everybody is past it; a second time is harmless, as the "
                        + "sink knows the",
                "event. In each world no row was on the wrong side of the event, and no checkpoint passed it too early. The "
                        + "writer is the",
                "DDL trigger dispatcher, which fails alone here. Of a schema that is dropped nobody is left to go on.",
                "",
                "| event | as | nobody dies | owner | writer | participant | coordinator |",
                "|---|---|---|---|---|---|---|"));
        for (CrashedBarrier.Kind kind : CrashedBarrier.Kind.values()) {
            for (CrashedBarrier.Step step : CrashedBarrier.Step.values()) {
                StringBuilder line = new StringBuilder("| "
                        + kind.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ') + " | " + step.text + " |");
                for (CrashedBarrier.Victim victim : CrashedBarrier.Victim.values()) {
                    TreeSet<String> outcomes = new TreeSet<>();
                    for (long seed = 1; seed <= SEEDS; seed++) {
                        outcomes.add(new CrashedBarrier(kind, step, victim, seed).outcome());
                    }
                    line.append(' ').append(String.join(" or ", outcomes)).append(" |");
                }
                lines.add(line.toString());
            }
        }
        return lines;
    }

    private static String cell(Kind kind, int step, Victim victim) {
        if (!CrashedOperation.exists(kind, victim)) {
            return "-";
        }
        TreeSet<String> outcomes = new TreeSet<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            outcomes.add(new CrashedOperation(kind, step, victim, seed).outcome());
        }
        return String.join(" or ", outcomes);
    }
}
