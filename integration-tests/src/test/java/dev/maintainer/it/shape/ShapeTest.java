package dev.maintainer.it.shape;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares what users of the contracts can see with texts that are reviewed, so that no change of it is made by chance.
 */
class ShapeTest {
    private static final Map<String, Class<?>> ANCHORS =
            Map.of("maintainer-api", NodeId.class, "scheduler-spi", Plan.class);
    private static final String WRITE = "maintainer.shape.write";

    private static Path text(String module) {
        return Path.of("src/test/resources/shape", module + ".txt");
    }

    private static List<String> shape(String module) {
        Class<?> anchor = ANCHORS.get(module);
        if (anchor == null) {
            throw new IllegalArgumentException(module);
        }
        return Shape.of(anchor);
    }

    @ParameterizedTest
    @ValueSource(strings = {"maintainer-api", "scheduler-spi"})
    void theShapeIsTheOneThatWasReviewed(String module) throws IOException {
        List<String> actual = shape(module);
        if (Boolean.getBoolean(WRITE)) {
            Files.write(text(module), actual);
        }

        String difference = difference(Files.readAllLines(text(module)), actual);

        assertThat(difference)
                .as(
                        "what users of %s see has changed:%n%s%nIf that is meant, look at"
                                + " docs/spi-rules.md, write the new shape with%n"
                                + "  mvn -pl integration-tests -am test -Dtest=ShapeTest -D%s=true"
                                + " -Dsurefire.failIfNoSpecifiedTests=false%nand commit it with the change",
                        module, difference, WRITE)
                .isEmpty();
    }

    @Test
    void aDifferenceIsShownLineByLine() {
        assertThat(difference(List.of("a", "b", "c"), List.of("a", "c", "d"))).isEqualTo("- b\n+ d");
        assertThat(difference(List.of("a"), List.of("a"))).isEmpty();
    }

    @Test
    void theShapeHasAllKindsOfParts() {
        List<String> spi = shape("scheduler-spi");
        String in = "dev.maintainer.scheduler.spi.";

        assertThat(spi)
                .contains(
                        "module exports dev.maintainer.scheduler.spi",
                        "module requires transitive dev.maintainer.api",
                        in + "Budget: record @ConstructedBy(EITHER) @Stability(STABLE)",
                        in + "Budget: component 1 int maxDecisions",
                        in + "Decision: sealed interface @ConstructedBy(PLUGIN) @Stability(STABLE)",
                        in + "Decision: permits dev.maintainer.scheduler.spi.Decision$Move",
                        in + "NodeView: static final field java.lang.String ZONE = zone",
                        in + "Scheduler: abstract method dev.maintainer.scheduler.spi.Plan"
                                + " plan(dev.maintainer.scheduler.spi.SchedulingSnapshot,"
                                + " dev.maintainer.scheduler.spi.Budget)",
                        in + "SpanView: component 6 @Nullable dev.maintainer.api.model.NodeId node",
                        in + "Trait: constant DRAINS",
                        in + "SchedulerDescriptor: method dev.maintainer.scheduler.spi.SchedulerDescriptor"
                                + " with(dev.maintainer.scheduler.spi.Trait...)");
        assertThat(spi).noneMatch(line -> line.contains("PlanCheck: private") || line.contains("hashCode"));
        assertThat(shape("maintainer-api")).hasSizeGreaterThan(300);
    }

    private static String difference(List<String> before, List<String> after) {
        TreeSet<String> removed = new TreeSet<>(before);
        removed.removeAll(after);
        TreeSet<String> added = new TreeSet<>(after);
        added.removeAll(before);
        List<String> lines = new ArrayList<>();
        removed.forEach(line -> lines.add("- " + line));
        added.forEach(line -> lines.add("+ " + line));
        return String.join("\n", lines);
    }
}
