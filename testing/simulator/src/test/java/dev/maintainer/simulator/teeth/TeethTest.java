package dev.maintainer.simulator.teeth;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.maintainer.simulator.incident.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.slf4j.LoggerFactory;

/**
 * Would the simulator find known bugs? {@code -Dmaintainer.teeth.only=ID} looks for one and tells the story,
 * {@code -Dmaintainer.teeth.write=true} writes the table anew.
 */
class TeethTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");
    private static final String ONLY = System.getProperty("maintainer.teeth.only", "");
    private static final boolean WRITES = Boolean.getBoolean("maintainer.teeth.write");
    private static final int CONTROL_WORLDS = Workload.values().length * 8;
    private static final int HARMLESS_WORLDS = Workload.values().length * 2;
    private static final Path REACTOR = Path.of("..", "..");
    private static final Path TABLE = Path.of("TEETH.md");
    private static final int STORY = 80;

    private static final BugPlanter PLANTER = new BugPlanter(REACTOR);
    private static final PlantedBug NOTHING = PlantedBug.of("NOTHING", "nothing is planted");
    private static final Map<PlantedBug, Future<Finding>> SEARCHES = new LinkedHashMap<>();
    private static final ExecutorService SEARCHERS = Executors.newFixedThreadPool(2);

    @BeforeAll
    static void search() {
        LOG.setLevel(Level.OFF);
        for (PlantedBug bug : planted()) {
            int most = bug.isNotFound() ? HARMLESS_WORLDS : bug.worlds();
            SEARCHES.put(bug, SEARCHERS.submit(() -> Finding.search(PLANTER, bug, most, !ONLY.isEmpty())));
        }
    }

    @AfterAll
    static void end() {
        SEARCHERS.shutdownNow();
        LOG.setLevel(null);
    }

    private static List<PlantedBug> planted() {
        return Bugs.all().stream()
                .filter(bug -> ONLY.isEmpty() || List.of(ONLY.split(",")).contains(bug.id()))
                .toList();
    }

    @Test
    @DisplayName("with nothing planted, nothing is violated in classes that are loaded the same way")
    void control() {
        Finding finding = Finding.search(PLANTER, NOTHING, CONTROL_WORLDS, false);
        assertThat(finding.invariant())
                .as(finding.workload() + ", seed " + finding.seed() + ": " + finding.text())
                .isNull();
    }

    @Test
    @DisplayName("what a bug replaces is in the production source exactly once")
    void originals() {
        List<String> moved = new ArrayList<>();
        for (PlantedBug bug : Bugs.all()) {
            for (Patch patch : bug.patches()) {
                int occurrences = patch.occurrences(PLANTER.sourceOf(patch));
                if (occurrences != 1) {
                    moved.add(bug.id() + ", " + patch.className() + ", is there " + occurrences + " times: "
                            + patch.original());
                }
            }
        }
        assertThat(moved).as("the source has changed: plant the bugs anew").isEmpty();
    }

    @Test
    @DisplayName("each bug has an id of its own, and either invariants or a reason")
    void described() {
        assertThat(Bugs.all().stream().collect(groupingBy(PlantedBug::id)).values())
                .allSatisfy(same -> assertThat(same).hasSize(1));
        assertThat(Bugs.all())
                .allSatisfy(bug -> assertThat(bug.isNotFound())
                        .as(bug.id())
                        .isEqualTo(bug.invariants().isEmpty()));
    }

    @TestFactory
    @DisplayName("a planted bug violates an invariant")
    Stream<DynamicTest> bites() {
        return SEARCHES.entrySet().stream()
                .map(search -> DynamicTest.dynamicTest(
                        search.getKey().id() + ": " + search.getKey().title(),
                        () -> check(search.getKey(), search.getValue().get())));
    }

    private static void check(PlantedBug bug, Finding finding) {
        String what = bug.id() + " after " + finding.worlds() + " worlds, " + finding.workload() + ", seed "
                + finding.seed() + ": " + finding.text();
        if (!ONLY.isEmpty()) {
            List<String> story = finding.story();
            story.subList(Math.max(0, story.size() - STORY), story.size()).forEach(System.out::println);
            System.out.println(what);
        }
        if (!bug.isNotFound()) {
            assertThat(bug.invariants()).as(what).contains(finding.invariant());
        } else if (finding.invariant() != null) {
            // That is good news, and no reason to fail.
            System.out.println("found, though nobody expected it: " + what);
        }
    }

    @Test
    @DisabledIfSystemProperty(named = "maintainer.teeth.only", matches = ".+")
    @DisplayName("the table in TEETH.md is about these bugs")
    void table() throws Exception {
        List<String> rows = new ArrayList<>();
        long found = 0;
        for (Map.Entry<PlantedBug, Future<Finding>> search : SEARCHES.entrySet()) {
            Finding finding = search.getValue().get();
            found += finding.invariant() == null ? 0 : 1;
            rows.add(TeethTable.row(search.getKey(), finding));
        }
        List<String> lines = TeethTable.lines(rows, found);
        lines.forEach(System.out::println);
        if (WRITES) {
            write(lines);
        }
        assertThat(TeethTable.keysOf(Files.readAllLines(TABLE)))
                .as("write the table anew with -Dmaintainer.teeth.write=true")
                .isEqualTo(Bugs.all().stream().map(TeethTable::key).toList());
    }

    private static void write(List<String> lines) throws IOException {
        Files.writeString(TABLE, String.join("\n", lines) + "\n");
    }
}
