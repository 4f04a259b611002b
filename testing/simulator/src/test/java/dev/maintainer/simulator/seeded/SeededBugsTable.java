package dev.maintainer.simulator.seeded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The seeded bugs and what came of them, for people. */
final class SeededBugsTable {
    private static final int VIOLATION_LENGTH = 90;
    private static final int WORLD_CELL = 4;
    private static final String COMMAND =
            "mvn -pl testing/simulator test -Dtest=SeededBugsTest -Dmaintainer.seeded.write=true";

    private SeededBugsTable() {}

    /** The beginning of a row, which does not depend on a search. */
    static String key(SeededBug bug) {
        return "| " + bug.id() + " | " + bug.title() + " | " + String.join(", ", bug.where()) + " |";
    }

    private static String row(SeededBug bug, Finding finding, @Nullable RecordedWorld before) {
        return key(bug) + outcome(bug, finding, before);
    }

    private static String outcome(SeededBug bug, Finding finding, @Nullable RecordedWorld before) {
        if (bug.expectation() instanceof Expectation.Found found) {
            return finding.invariant() != null && found.invariants().contains(finding.invariant())
                    ? caught(finding, before)
                    : " - | - | - | not found in " + finding.worlds() + " worlds |";
        }
        if (finding.invariant() != null) {
            return caught(finding, before);
        }
        return bug.expectation() instanceof Expectation.Masked masked
                ? " - | - | masked, see " + masked.companion() + " | " + masked.because() + " |"
                : " - | - | not reached | " + ((Expectation.NotReached) bug.expectation()).missingWorld() + " |";
    }

    private static String caught(Finding finding, @Nullable RecordedWorld before) {
        int worlds = before != null && finding.isWhereRecorded() ? before.worlds() : finding.worlds();
        return " " + worlds + " | " + finding.workload() + " " + finding.seed() + " | " + finding.invariant() + " | "
                + shorten(finding.text()) + " |";
    }

    private static String shorten(String text) {
        String line = text.replaceAll("[0-9a-f]{32}", "#").replace('\n', ' ').replace("|", "/");
        return line.length() <= VIOLATION_LENGTH ? line : line.substring(0, VIOLATION_LENGTH) + " ...";
    }

    /** Where each bug was found, by the rows of a table that was written before. */
    static Map<String, RecordedWorld> recorded(Path table) throws IOException {
        Map<String, RecordedWorld> recorded = new TreeMap<>();
        for (String line : Files.readAllLines(table)) {
            String[] cells = line.split(" \\| ", -1);
            RecordedWorld world =
                    cells.length > WORLD_CELL ? RecordedWorld.of(cells[WORLD_CELL - 1], cells[WORLD_CELL]) : null;
            if (world != null) {
                recorded.put(cells[0].replace("| ", ""), world);
            }
        }
        return recorded;
    }

    /** The rows of a table that was written before, by bug. */
    static Map<String, String> rows(Path table) throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(table)) {
            if (isRow(line)) {
                rows.put(line.split(" \\| ", -1)[0].replace("| ", ""), line);
            }
        }
        return rows;
    }

    /**
     * The whole table.
     *
     * @param findings what came of bugs that were looked for; the others keep their rows
     * @param before where bugs were looked for first
     * @param rows those of the table before
     */
    static List<String> lines(
            List<SeededBug> bugs,
            Map<SeededBug, Finding> findings,
            Map<String, RecordedWorld> before,
            Map<String, String> rows) {
        List<String> lines = new ArrayList<>(List.of(
                "# SeededBugs of the simulator",
                "",
                "Known bugs are planted into copies of production classes, one at a time, and worlds are run until the",
                "invariant that the bug names is violated; the number of worlds says after how many, and the world is the",
                "workload and the seed of the last of them, where a build looks first. A bug that is masked has no effect,",
                "because something else makes up for it: the row that it names has the same bug without that second",
                "defence. A bug that is not reached would have an effect in a world that the simulator does not make, which",
                "its row describes.",
                "",
                "Made by `" + COMMAND + "`: " + count(bugs, Expectation.Found.class) + " are found, "
                        + count(bugs, Expectation.Masked.class) + " masked, "
                        + count(bugs, Expectation.NotReached.class) + " not reached.",
                "",
                "| id | seeded bug | where | worlds | world | caught by | violation |",
                "|---|---|---|---|---|---|---|"));
        for (SeededBug bug : bugs) {
            Finding finding = findings.get(bug);
            String row = rows.getOrDefault(bug.id(), "");
            lines.add(
                    finding != null
                            ? row(bug, finding, before.get(bug.id()))
                            : row.startsWith(key(bug)) ? row : key(bug) + " - | - | - | nobody has looked for it |");
        }
        return lines;
    }

    private static long count(List<SeededBug> bugs, Class<? extends Expectation> expected) {
        return bugs.stream()
                .filter(bug -> expected.isInstance(bug.expectation()))
                .count();
    }

    private static boolean isRow(String line) {
        return line.matches("\\| [A-Z][0-9]+.*");
    }

    /** The beginnings of the rows of a table, to compare with {@link #key}. */
    static List<String> keysOf(List<String> lines) {
        return lines.stream()
                .filter(SeededBugsTable::isRow)
                .map(line -> line.split("\\|", -1))
                .map(cells -> "|" + cells[1] + "|" + cells[2] + "|" + cells[3] + "|")
                .collect(Collectors.toList());
    }
}
