package dev.maintainer.connector.postgres.world;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.google.common.base.Splitter;
import dev.maintainer.connector.postgres.world.PlantedBug.Finding;
import dev.maintainer.seeded.testing.BugPlanter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.LoggerFactory;

/**
 * Would the worlds find known bugs? Each is looked for in the world where it was found when the table was written, and only if that
 * has changed in others. {@code -Dmaintainer.world.only=PG01} looks for one (or some, separated by commas) and tells the story;
 * {@code -Dmaintainer.world.write=true} searches for all from the beginning and writes the table.
 */
class SeededBugsTest {
    static final List<String> NEIGHBOURS = List.of(
            "dev.maintainer.api.model.NodeId",
            "dev.maintainer.replication.Source",
            "dev.maintainer.connector.postgres.PostgresSinkProvider",
            "com.google.common.collect.ImmutableList",
            "com.zaxxer.hikari.HikariConfig",
            "org.postgresql.PGConnection",
            "com.fasterxml.jackson.core.JsonParser",
            "com.fasterxml.jackson.databind.JsonNode",
            "com.fasterxml.jackson.annotation.JsonCreator",
            "org.slf4j.Logger",
            "org.jspecify.annotations.Nullable");

    private static final Logger LOG = (Logger) LoggerFactory.getLogger("dev.maintainer");
    private static final Path TABLE = Path.of("SEEDED-BUGS.md");
    private static final String ONLY = System.getProperty("maintainer.world.only", "");
    private static final boolean WRITES = Boolean.getBoolean("maintainer.world.write");
    private static final int MOST_WORLDS = Integer.getInteger("maintainer.world.worlds", 200);
    private static final Pattern ROW = Pattern.compile("\\| (PG\\w+) \\|.*\\| (\\d+) \\| (\\d+) \\| \\w+ \\|.*");
    private static final int MOST_TEXT = 90;

    private static final BugPlanter PLANTER = new BugPlanter(Path.of("..", ".."), NEIGHBOURS);
    private static final List<PlantedBug> BUGS = bugs();
    private static final Map<String, Long> RECORDED = new TreeMap<>();
    private static final Map<PlantedBug, Future<Finding>> SEARCHES = new LinkedHashMap<>();
    private static final ExecutorService SEARCHERS = Executors.newFixedThreadPool(2);

    private static List<PlantedBug> bugs() {
        try (InputStream text = SeededBugsTest.class.getResourceAsStream("product.bugs")) {
            return PlantedBug.read(new String(Objects.requireNonNull(text).readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeAll
    static void search() throws IOException {
        LOG.setLevel(Level.OFF);
        if (!WRITES) {
            for (String line : Files.readAllLines(TABLE)) {
                Matcher row = ROW.matcher(line);
                if (row.matches()) {
                    RECORDED.put(row.group(1), Long.parseLong(row.group(3)));
                }
            }
        }
        for (PlantedBug bug : BUGS) {
            boolean isWanted = ONLY.isEmpty()
                    ? bug.unfound() == null
                    : Splitter.on(',').splitToList(ONLY).contains(bug.id());
            if (isWanted) {
                SEARCHES.put(bug, SEARCHERS.submit(() -> search(bug)));
            }
        }
    }

    private static Finding search(PlantedBug bug) {
        Map<String, byte[]> planted = PLANTER.plant(bug.id(), bug.patches());
        Long recorded = RECORDED.get(bug.id());
        if (recorded != null) {
            Finding there = PlantedBug.search(PlantedBug.probe(planted), recorded, 1, !ONLY.isEmpty());
            if (there.law() != null) {
                return there;
            }
        }
        return PlantedBug.search(PlantedBug.probe(planted), bug.first(), MOST_WORLDS, !ONLY.isEmpty());
    }

    @AfterAll
    static void end() {
        SEARCHERS.shutdownNow();
        LOG.setLevel(null);
    }

    @TestFactory
    @DisplayName("a seeded bug breaks a law")
    Stream<DynamicTest> found() {
        return SEARCHES.entrySet().stream()
                .map(search -> DynamicTest.dynamicTest(
                        search.getKey().id() + ": " + search.getKey().title(), () -> {
                            Finding finding = search.getValue().get();
                            finding.story().forEach(System.out::println);
                            assertThat(finding.law())
                                    .as(search.getKey().id() + " after " + finding.worlds() + " worlds")
                                    .isNotNull();
                        }));
    }

    @Test
    @DisplayName("with nothing planted, no law is broken in classes that are loaded the same way")
    void control() {
        Finding finding = PlantedBug.search(PlantedBug.probe(Map.of()), 1, 20, false);
        assertThat(finding.law())
                .as(finding.text() + ", seed " + finding.seed())
                .isNull();
    }

    @Test
    @DisplayName("what a bug replaces is in the production source exactly once")
    void originals() {
        List<String> moved = new ArrayList<>();
        for (PlantedBug bug : BUGS) {
            bug.patches().forEach(patch -> {
                try {
                    PLANTER.check(patch);
                } catch (IllegalStateException e) {
                    moved.add(bug.id() + ": " + e.getMessage());
                }
            });
        }
        assertThat(moved).as("the source has changed").isEmpty();
    }

    @Test
    @DisplayName("the table in SEEDED-BUGS.md is about these bugs")
    void table() throws Exception {
        if (WRITES) {
            write();
        }
        List<String> rows = Files.readAllLines(TABLE);
        assertThat(rows.stream().filter(line -> line.startsWith("| PG")).map(SeededBugsTest::keyOf))
                .as("write the table anew with -Dmaintainer.world.write=true")
                .isEqualTo(BUGS.stream().map(SeededBugsTest::keyOf).toList());
    }

    private static String keyOf(PlantedBug bug) {
        return "| " + bug.id() + " | " + bug.title() + " | " + String.join(", ", bug.where());
    }

    private static String keyOf(String row) {
        return String.join(" | ", Splitter.on(" | ").splitToList(row).subList(0, 3));
    }

    private static void write() throws Exception {
        List<String> lines = new ArrayList<>(Files.readAllLines(TABLE));
        Map<String, String> former = new HashMap<>();
        lines.stream().filter(line -> line.startsWith("| PG")).forEach(line -> former.put(keyOf(line), line));
        lines.removeIf(line -> line.startsWith("| PG"));
        for (PlantedBug bug : BUGS) {
            String begin = keyOf(bug) + " | ";
            Future<Finding> search = SEARCHES.get(bug);
            String before = former.get(keyOf(bug));
            if (search == null && !ONLY.isEmpty() && before != null) {
                lines.add(before);
            } else if (search == null || search.get().law() == null) {
                lines.add(begin + "- | - | - | " + bug.unfound() + " |");
            } else {
                Finding finding = search.get();
                String text = finding.text().replace("|", "/");
                text = text.substring(text.indexOf(": ") + 2);
                lines.add(begin + finding.worlds() + " | " + finding.seed() + " | " + finding.law() + " | "
                        + text.substring(0, Math.min(MOST_TEXT, text.length()))
                        + (text.length() > MOST_TEXT ? " ..." : "")
                        + " |");
            }
        }
        Files.writeString(TABLE, String.join("\n", lines) + "\n");
    }
}
