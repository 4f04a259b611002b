package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final Map<SchedulerProvider, String> CARELESS = new LinkedHashMap<>();

    static {
        CARELESS.put(new CarelessProvider.UnreadKey(), "declares a key that it never reads");
        CARELESS.put(new CarelessProvider.UndeclaredKey(), "reads a key that it does not declare");
        CARELESS.put(new CarelessProvider.UnknownLevel(), "is built for a level that does not exist");
        CARELESS.put(new CarelessProvider.EarlyNeed(), "needs what its level does not have");
        CARELESS.put(new CarelessProvider.UnreadPattern(), "declares a pattern of keys that it never reads");
        CARELESS.put(new CarelessProvider.EarlyPattern(), "declares a pattern of keys, which its level does not have");
    }

    private static final SortedMap<Rule, Set<String>> TABLE = new TreeMap<>();

    @ParameterizedTest(name = "{0}: one rule kills it")
    @EnumSource(value = Fault.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyFaultIsFoundByItsRuleAlone(Fault fault) {
        Rule killer = Objects.requireNonNull(fault.killer());
        expect(killer, subject(fault));
        found(killer, fault.text());
    }

    @Test
    void aCarelessProviderIsFoundByItsRuleAlone() {
        CARELESS.forEach((provider, fault) -> {
            TreeMap<String, String> configuration = new TreeMap<>();
            if (provider.descriptor().declares("pin.t1")) {
                configuration.put("pin.t1", "n1");
            }
            expect(Rule.R1, new Subject(provider, configuration));
            found(Rule.R1, fault);
        });
    }

    @Test
    void aProviderThatNobodyRegisteredIsFound() {
        SchedulerProvider unregistered = new Unregistered();

        assertThat(violation(Rule.R1, new Subject(unregistered, new TreeMap<>())))
                .contains("META-INF/services");
    }

    @Test
    void everyRuleFindsAFault() {
        Set<Rule> killers = EnumSet.of(Rule.R1);
        for (Fault fault : Fault.values()) {
            Stream.ofNullable(fault.killer()).forEach(killers::add);
        }

        assertThat(killers).containsExactly(Rule.values());
    }

    private static void expect(Rule killer, SchedulerContract bad) {
        List<Rule> killers = new ArrayList<>();
        StringBuilder messages = new StringBuilder();
        for (Rule rule : Rule.values()) {
            String message = rule.isAskedOf(bad) ? violation(rule, bad) : "";
            if (!message.isEmpty()) {
                killers.add(rule);
                messages.append(rule).append(": ").append(message).append('\n');
            }
        }
        assertThat(killers).as("%s", messages).containsExactly(killer);
    }

    private static void found(Rule rule, String fault) {
        TABLE.computeIfAbsent(rule, unused -> new LinkedHashSet<>()).add(fault);
    }

    @AfterAll
    static void printTable() {
        System.out.println("rule -> bad planners that it alone kills");
        TABLE.forEach(
                (rule, planners) -> System.out.printf("%-90s -> %s%n", rule.title(), String.join("; ", planners)));
    }

    @Test
    void everyRuleHasATestWithItsTitle() {
        List<Method> tests = Stream.of(SchedulerContract.class.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .toList();

        assertThat(tests)
                .extracting(KitTest::displayName)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(Rule.values()).map(Rule::title).toList());
        assertThat(tests)
                .allSatisfy(test -> assertThat(test.getName().replaceAll("^r(\\d+)\\D.*", "R$1: "))
                        .isEqualTo(displayName(test).replaceAll("^(R\\d+: ).*", "$1")));
        for (Rule rule : Rule.values()) {
            assertThat(rule.title()).startsWith(rule + ": ");
        }
    }

    @Test
    void traitsDecideWhichRulesAreAsked() {
        SchedulerContract modest = new Subject(new PlannersWithFaults.Modest(), new TreeMap<>());
        SchedulerContract bold = new Subject(new PlannersWithFaults(), new TreeMap<>());

        assertThat(Rule.values())
                .filteredOn(rule -> !rule.isAskedOf(modest))
                .doesNotContain(Rule.R14, Rule.R21)
                .hasSize(15);
        assertThat(Rule.values()).allMatch(rule -> rule.isAskedOf(bold));
    }

    @Test
    void theDocumentListsEveryRule() throws IOException {
        String document = Files.readString(Path.of("../../docs/spi-rules.md"));

        for (Rule rule : Rule.values()) {
            String row =
                    "| " + rule + " | " + rule.title().substring(rule.toString().length() + 2) + " |";
            assertThat(document).contains(row);
        }
        for (Fault fault : Fault.values()) {
            assertThat(document)
                    .contains(fault.killer() == null ? "" : "| " + fault.killer() + " | " + fault.text() + " |");
        }
        assertThat(CARELESS.values()).allSatisfy(fault -> assertThat(document).contains("| R1 | " + fault + " |"));
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

    private static SchedulerContract subject(Fault fault) {
        SchedulerProvider provider = switch (fault) {
            case MOVES_UNCLAIMED, SPLITS_UNCLAIMED -> new PlannersWithFaults.Modest();
            case LEAVES_UNEVEN, TOLERATES_TWO -> new PlannersWithFaults.Uneven();
            case RESTORES_UNCLAIMED -> new PlannersWithFaults.Secretive();
            default -> new PlannersWithFaults();
        };
        return new Subject(provider, new TreeMap<>(Map.of(PlannersWithFaults.FAULT, fault.name())));
    }

    private static final class Unregistered implements SchedulerProvider {
        @Override
        public SchedulerDescriptor descriptor() {
            return new PlannersWithFaults().descriptor();
        }

        @Override
        public Scheduler create(SortedMap<String, String> configuration) {
            return new PlannersWithFaults().create(configuration);
        }
    }

    private record Subject(SchedulerProvider provider, SortedMap<String, String> configuration)
            implements SchedulerContract {
        @Override
        public Duration timeLimit() {
            boolean hangs = Fault.HANGS.name().equals(configuration.get(PlannersWithFaults.FAULT));
            return hangs ? Duration.ofMillis(200) : SchedulerContract.super.timeLimit();
        }
    }
}
