package dev.maintainer.simulator.seeded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import dev.maintainer.seeded.testing.BugPlanter;
import dev.maintainer.seeded.testing.Patch;
import dev.maintainer.simulator.incident.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.slf4j.LoggerFactory;

/**
 * Would the simulator find known bugs? Each is looked for in the world where it was found when the table was written, and
 * only if that has changed in others. {@code -Dmaintainer.seeded.all=true} searches for all of them from the beginning,
 * {@code -Dmaintainer.seeded.only=ID} looks for one (or some, separated by commas) and tells the story, {@code
 * -Dmaintainer.seeded.write=true} writes the rows of those that are looked for anew, with {@code all} also of those that are
 * masked or not reached, {@code -Dmaintainer.seeded.companions=true} also looks whether the second defences of masked bugs are
 * not what their companions are found by.
 */
class SeededBugsTest {
    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");
    private static final String ONLY = System.getProperty("maintainer.seeded.only", "");
    private static final boolean WRITES = Boolean.getBoolean("maintainer.seeded.write");
    private static final boolean ALL = Boolean.getBoolean("maintainer.seeded.all");
    /** What took more worlds than this is not searched for in a build: five of six bugs took fewer. */
    private static final int MOST_WORLDS = 30;

    private static final int CONTROL_WORLDS = Workload.values().length * (ALL ? 8 : 2);
    private static final int HARMLESS_WORLDS = Workload.values().length * 2;
    private static final Path REACTOR = Path.of("..", "..");
    private static final Path TABLE = Path.of("SEEDED-BUGS.md");
    private static final int STORY = 80;
    private static final int MOST_NOT_REACHED = 9;

    private static final List<String> NEIGHBOURS = List.of(
            "dev.maintainer.api.model.NodeId",
            "dev.maintainer.scheduler.spi.Scheduler",
            "dev.maintainer.scheduler.defaults.BalanceSchedulerProvider",
            "dev.maintainer.operator.OperatorController",
            "dev.maintainer.core.MaintainerConfig",
            "dev.maintainer.dispatcher.DispatcherManager",
            "dev.maintainer.coordinator.Coordinator",
            "dev.maintainer.membership.ClusterMembership",
            "dev.maintainer.replication.Source",
            "dev.maintainer.simulator.SimulationSpec",
            "com.google.common.collect.ImmutableList",
            "org.slf4j.Logger",
            "org.jspecify.annotations.Nullable");

    private static final BugPlanter PLANTER = new BugPlanter(REACTOR, NEIGHBOURS);
    private static final Map<SeededBug, Future<Finding>> SEARCHES = new LinkedHashMap<>();
    private static final Map<String, RecordedWorld> RECORDED = new LinkedHashMap<>();
    private static final Map<String, String> ROWS = new LinkedHashMap<>();
    private static final ExecutorService SEARCHERS = Executors.newFixedThreadPool(2);

    @BeforeAll
    static void search() throws IOException {
        LOG.setLevel(Level.OFF);
        ROWS.putAll(SeededBugsTable.rows(TABLE));
        if (!ALL) {
            RECORDED.putAll(SeededBugsTable.recorded(TABLE));
        }
        for (SeededBug bug : planted()) {
            int most = !bug.isFound() ? HARMLESS_WORLDS : isTooRare(bug) ? 0 : bug.worlds();
            SEARCHES.put(
                    bug,
                    SEARCHERS.submit(() ->
                            Finding.search(PLANTER, bug, RECORDED.get(bug.id()), most, !ONLY.isEmpty() && !WRITES)));
        }
    }

    /** Whether a build looks for it in one world only. */
    private static boolean isTooRare(SeededBug bug) {
        RecordedWorld recorded = RECORDED.get(bug.id());
        return ONLY.isEmpty() && recorded != null && recorded.worlds() > MOST_WORLDS;
    }

    @AfterAll
    static void end() {
        SEARCHERS.shutdownNow();
        LOG.setLevel(null);
    }

    private static List<SeededBug> planted() {
        return Bugs.all().stream()
                .filter(bug -> ONLY.isEmpty()
                        ? bug.isFound() || (WRITES && ALL)
                        : List.of(ONLY.split(",")).contains(bug.id()))
                .toList();
    }

    @Test
    @DisplayName("with nothing planted, nothing is violated in classes that are loaded the same way")
    void control() {
        Finding finding = Finding.search(PLANTER, SeededBug.NOTHING, null, CONTROL_WORLDS, false);
        assertThat(finding.invariant())
                .as(finding.workload() + ", seed " + finding.seed() + ": " + finding.text())
                .isNull();
    }

    @Test
    @DisplayName("what a bug replaces is in the production source exactly once")
    void originals() {
        List<String> moved = new ArrayList<>();
        for (SeededBug bug : Bugs.all()) {
            for (Patch patch : bug.patches()) {
                try {
                    PLANTER.check(patch);
                } catch (IllegalStateException e) {
                    moved.add(bug.id() + ", " + bug.title() + ": " + e.getMessage());
                }
            }
        }
        assertThat(moved).as("the source has changed").isEmpty();
    }

    @Test
    @DisplayName("a masked bug names a companion that does the same and more, and is found")
    void companions() {
        masked().forEach((bug, companion) -> {
            assertThat(companion.isFound())
                    .as(bug.id() + " by " + companion.id())
                    .isTrue();
            assertThat(companion.patches()).as(companion.id()).containsAll(bug.patches());
            assertThat(companion.patches())
                    .as(companion.id())
                    .hasSizeGreaterThan(bug.patches().size());
        });
    }

    @Test
    @DisplayName("nearly all bugs are found or masked")
    void reached() {
        assertThat(Bugs.all().stream()
                        .filter(bug -> bug.expectation() instanceof Expectation.NotReached)
                        .map(SeededBug::id))
                .hasSizeLessThanOrEqualTo(MOST_NOT_REACHED);
    }

    @TestFactory
    @EnabledIfSystemProperty(named = "maintainer.seeded.companions", matches = "true")
    @DisplayName("the second defence of a masked bug alone is not what its companion is found by")
    Stream<DynamicTest> secondDefences() {
        return masked().entrySet().stream().map(pair -> {
            SeededBug rest = pair.getKey().removedFrom(pair.getValue());
            return DynamicTest.dynamicTest(rest.id(), () -> {
                Finding finding = Finding.search(PLANTER, rest, null, HARMLESS_WORLDS, false);
                assertThat(((Expectation.Found) rest.expectation()).invariants())
                        .as(finding.worlds() + " worlds, " + finding.text())
                        .doesNotContain(finding.invariant());
            });
        });
    }

    /** Each masked bug with its companion. */
    private static Map<SeededBug, SeededBug> masked() {
        Map<String, SeededBug> byId = new LinkedHashMap<>();
        Bugs.all().forEach(bug -> byId.put(bug.id(), bug));
        Map<SeededBug, SeededBug> masked = new LinkedHashMap<>();
        Bugs.all().forEach(bug -> {
            if (bug.expectation() instanceof Expectation.Masked how
                    && (ONLY.isEmpty() || List.of(ONLY.split(",")).contains(bug.id()))) {
                masked.put(bug, Optional.ofNullable(byId.get(how.companion())).orElseThrow());
            }
        });
        return masked;
    }

    @TestFactory
    @DisplayName("a seeded bug violates an invariant")
    Stream<DynamicTest> bites() {
        return SEARCHES.entrySet().stream()
                .map(search -> DynamicTest.dynamicTest(
                        search.getKey().id() + ": " + search.getKey().title(),
                        () -> check(search.getKey(), search.getValue().get())));
    }

    /** Writes down what is known until now, so that nothing is lost if somebody has enough. */
    private static void write() throws Exception {
        Map<SeededBug, Finding> findings = new LinkedHashMap<>();
        for (Map.Entry<SeededBug, Future<Finding>> search : SEARCHES.entrySet()) {
            SeededBug bug = search.getKey();
            boolean isKnown =
                    search.getValue().isDone() && (search.getValue().get().invariant() != null || !isTooRare(bug));
            if (isKnown) {
                findings.put(bug, search.getValue().get());
            }
        }
        List<String> lines = SeededBugsTable.lines(Bugs.all(), findings, RECORDED, ROWS);
        Files.writeString(TABLE, String.join("\n", lines) + "\n");
    }

    private static void check(SeededBug bug, Finding finding) throws Exception {
        if (WRITES) {
            write();
        }
        String what = bug.id() + " after " + finding.worlds() + " worlds, " + finding.workload() + ", seed "
                + finding.seed() + ": " + finding.text();
        if (!ONLY.isEmpty()) {
            List<String> story = finding.story();
            story.subList(Math.max(0, story.size() - STORY), story.size()).forEach(System.out::println);
            System.out.println(what);
        }
        if (bug.expectation() instanceof Expectation.Found found) {
            assumeTrue(
                    finding.invariant() != null || !isTooRare(bug),
                    () -> bug.id() + " is not where the table says, and too rare to be searched for in a build");
            if (!finding.isWhereRecorded() && !WRITES && !ALL) {
                System.out.println("not where the table says: " + what);
            }
            assertThat(found.invariants()).as(what).contains(finding.invariant());
        } else if (finding.invariant() != null) {
            // That is good news, and no reason to fail.
            System.out.println("found, though nobody expected it: " + what);
        }
    }

    @Test
    @DisplayName("the table in SEEDED-BUGS.md is about these bugs")
    void table() throws Exception {
        if (WRITES) {
            write();
        }
        assertThat(SeededBugsTable.keysOf(Files.readAllLines(TABLE)))
                .as("write the table anew with -Dmaintainer.seeded.write=true")
                .isEqualTo(Bugs.all().stream().map(SeededBugsTable::key).toList());
    }
}
