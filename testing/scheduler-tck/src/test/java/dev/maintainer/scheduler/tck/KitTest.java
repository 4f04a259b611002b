package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kit itself: every rule kills one bad planner that no other rule kills. */
class KitTest {
    private static final SortedMap<Rule, String> TABLE = new TreeMap<>();

    @ParameterizedTest(name = "{0} kills its bad planner, and no other rule does")
    @EnumSource(Rule.class)
    void everyRuleKillsItsBadPlanner(Rule rule) {
        SchedulerContract bad = badPlanner(rule);

        List<Rule> killers = new ArrayList<>();
        StringBuilder messages = new StringBuilder();
        for (Rule each : Rule.values()) {
            String message = each.isAskedOf(bad) ? violation(each, bad) : "";
            if (!message.isEmpty()) {
                killers.add(each);
                messages.append(each).append(": ").append(message).append('\n');
            }
        }

        assertThat(killers).as("%s", messages).containsExactly(rule);
        TABLE.put(rule, fault(rule));
    }

    @AfterAll
    static void printTable() {
        System.out.println("rule -> bad planner that it alone kills");
        TABLE.forEach((rule, planner) -> System.out.printf("%-90s -> %s%n", rule.title(), planner));
    }

    @Test
    void everyRuleHasATestWithItsTitle() {
        List<String> titles = Stream.of(SchedulerContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(KitTest::displayName)
                .toList();

        assertThat(titles)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::title).toList());
        for (Rule rule : Rule.values()) {
            assertThat(rule.title()).startsWith(rule + ": ");
        }
    }

    @Test
    void theDocumentListsEveryRule() throws IOException {
        String document = Files.readString(Path.of("../../docs/spi-rules.md"));

        for (Rule rule : Rule.values()) {
            String row =
                    "| " + rule + " | " + rule.title().substring(rule.toString().length() + 2) + " |";
            assertThat(document).contains(row).contains("| " + rule + " | " + fault(rule) + " |");
        }
    }

    private static String displayName(Method method) {
        DisplayName name = method.getAnnotation(DisplayName.class);
        return name == null ? method.getName() : name.value();
    }

    /** What the rule says against the planner; empty if nothing. */
    private static String violation(Rule rule, SchedulerContract contract) {
        try {
            rule.check(contract);
            return "";
        } catch (AssertionError | RuntimeException e) {
            return String.valueOf(e.getMessage()).lines().limit(4).toList().toString();
        }
    }

    private static String fault(Rule rule) {
        return rule == Rule.R1 ? "ignores unknown keys" : Fault.killedBy(rule).text();
    }

    private static SchedulerContract badPlanner(Rule rule) {
        if (rule == Rule.R1) {
            return new Subject(new CarelessProvider(), new TreeMap<>(), EnumSet.allOf(Trait.class));
        }
        Fault fault = Fault.killedBy(rule);
        return new Subject(
                new PlannersWithFaults(),
                new TreeMap<>(Map.of(PlannersWithFaults.FAULT, fault.name())),
                fault == Fault.MOVES_UNCLAIMED ? Set.of() : EnumSet.allOf(Trait.class));
    }

    private record Subject(SchedulerProvider provider, SortedMap<String, String> configuration, Set<Trait> traits)
            implements SchedulerContract {
        @Override
        public Duration timeLimit() {
            boolean hangs = Fault.HANGS.name().equals(configuration.get(PlannersWithFaults.FAULT));
            return hangs ? Duration.ofMillis(200) : SchedulerContract.super.timeLimit();
        }
    }
}
