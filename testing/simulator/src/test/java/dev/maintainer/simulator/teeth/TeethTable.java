package dev.maintainer.simulator.teeth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The planted bugs and what came of them, for people. */
final class TeethTable {
    private static final int VIOLATION_LENGTH = 90;
    private static final String COMMAND =
            "mvn -pl testing/simulator test -Dtest=TeethTest -Dmaintainer.teeth.write=true";

    private TeethTable() {}

    /** The beginning of a row, which does not depend on a search. */
    static String key(PlantedBug bug) {
        return "| " + bug.id() + " | " + bug.title() + " | " + String.join(", ", bug.where()) + " |";
    }

    static String row(PlantedBug bug, Finding finding) {
        return key(bug) + (finding.invariant() == null ? missed(bug, finding) : found(finding));
    }

    private static String found(Finding finding) {
        return " " + finding.worlds() + " | " + finding.invariant() + " | " + shorten(finding.text()) + " |";
    }

    private static String missed(PlantedBug bug, Finding finding) {
        String why = bug.isNotFound() ? bug.notFoundBecause() : "not found in " + finding.worlds() + " worlds";
        return " - | - | not found: " + why + " |";
    }

    private static String shorten(String text) {
        String line = text.replaceAll("[0-9a-f]{32}", "#").replace('\n', ' ').replace("|", "/");
        return line.length() <= VIOLATION_LENGTH ? line : line.substring(0, VIOLATION_LENGTH) + " ...";
    }

    static List<String> lines(List<String> rows, long foundBugs) {
        List<String> lines = new ArrayList<>();
        lines.add("# Teeth of the simulator");
        lines.add("");
        lines.add(
                "Known bugs are planted into copies of production classes, one at a time, and worlds are run until an");
        lines.add(
                "invariant is violated. A bug with \"not found\" has no effect, because something else makes up for it, or");
        lines.add(
                "no world gets to where it has; mostly the same bug without its second defence has a row of its own.");
        lines.add("The number of worlds says after how many of them it was found.");
        lines.add("");
        lines.add("Made by `" + COMMAND + "`; " + foundBugs + " of " + rows.size() + " are found.");
        lines.add("");
        lines.add("| id | planted bug | where | worlds | caught by | violation |");
        lines.add("|---|---|---|---|---|---|");
        lines.addAll(rows);
        return lines;
    }

    /** The beginnings of the rows of a table, to compare with {@link #key}. */
    static List<String> keysOf(List<String> lines) {
        return lines.stream()
                .filter(line -> line.matches("\\| [A-Z][0-9]+.*"))
                .map(line -> line.split("\\|", -1))
                .map(cells -> "|" + cells[1] + "|" + cells[2] + "|" + cells[3] + "|")
                .collect(Collectors.toList());
    }
}
