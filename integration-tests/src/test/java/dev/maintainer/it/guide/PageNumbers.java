package dev.maintainer.it.guide;

import dev.maintainer.architecture.PluginRules;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.scheduler.tck.Rule;
import dev.maintainer.scheduler.tck.SchedulerContract;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.regex.Pattern;

/** Numbers that pages say, and the one place in the code where each is from. */
final class PageNumbers {
    private static final SchedulerContract KIT = contract(SpiLevel.CURRENT.value());

    private PageNumbers() {}

    /** How each is written on pages, the number as the first group; and what it must be. */
    static Map<Pattern, Long> all() {
        long rules = Rule.values().length;
        long plugin = PluginRules.of("com.acme").tests().count();
        Map<Pattern, Long> numbers = new LinkedHashMap<>();
        put(numbers, "([\\w-]+)\\s+numbered\\s+rules", rules);
        put(numbers, "rules\\s+R1\\s+to\\s+R(\\d+)", rules);
        put(numbers, "all tests ran but ([\\w-]+)", notAskedOf(1));
        put(numbers, "Tests run: (4\\d), Failures: 0, Errors: 0, Skipped: 15", rules + plugin);
        put(numbers, "`settleRounds\\(\\)` \\((\\d+)\\)", KIT.settleRounds());
        put(numbers, "`skewBound\\(\\)` \\((\\d+)\\)", KIT.skewBound());
        put(numbers, "`extraMoves\\(\\)` \\((\\d+)\\)", KIT.extraMoves());
        put(numbers, "`readLimit\\(\\)` \\(([\\d,]+)\\)", KIT.readLimit());
        put(numbers, "`timeLimit\\(\\)` \\((\\d+) s\\)", KIT.timeLimit().toSeconds());
        put(numbers, "takes longer than (\\d+) s", PlanningConfig.DEFAULTS.deadlineMillis() / 1_000);
        put(numbers, "fails (\\w+) times in a row", PlanningConfig.DEFAULTS.faultsUntilDegraded());
        return numbers;
    }

    private static void put(Map<Pattern, Long> numbers, String written, long value) {
        numbers.put(Pattern.compile(written), value);
    }

    /** How many rules are not asked of a planner of this level with these traits. */
    static int notAskedOf(int level, Trait... traits) {
        SchedulerContract contract = contract(level, traits);
        return (int) Arrays.stream(Rule.values())
                .filter(rule -> !rule.isAskedOf(contract))
                .count();
    }

    private static SchedulerContract contract(int level, Trait... traits) {
        SchedulerProvider provider = new SchedulerProvider() {
            @Override
            public SchedulerDescriptor descriptor() {
                return SchedulerDescriptor.named("any")
                        .builtFor(SpiLevel.of(level))
                        .with(traits);
            }

            @Override
            public Scheduler create(SortedMap<String, String> configuration) {
                return (snapshot, budget) -> Plan.keep(new Reason("KEEP", "all of it"));
            }
        };
        return () -> provider;
    }
}
