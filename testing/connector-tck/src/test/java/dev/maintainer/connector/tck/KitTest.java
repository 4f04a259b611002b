package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.state.Row;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** The kit against good models, which it passes, and bad ones, each of which it finds by the rule that is broken. */
class KitTest {
    /** They measure memory, which takes long, and look at nothing else. */
    private static final Set<String> OF_MEMORY = Set.of("r10", "s13");

    private static List<Method> rules(Class<?> contract) {
        return Arrays.stream(contract.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
    }

    private static String numberOf(Method rule) {
        return rule.getName().substring(0, 3);
    }

    /** The rules that a model with a fault is held to: its own; all, if the fault is about block events. */
    private static Predicate<String> rulesFor(String own, String lastOfOthers) {
        return own.compareTo(lastOfOthers) > 0 ? rule -> !OF_MEMORY.contains(rule) : own::equals;
    }

    private static boolean breaks(Object contract, Method rule) {
        try {
            rule.invoke(contract);
            return false;
        } catch (InvocationTargetException e) {
            return !(e.getCause() instanceof TestAbortedException);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static SortedSet<String> brokenBy(@Nullable SinkFault fault, Predicate<String> rules) {
        TreeSet<String> broken = new TreeSet<>();
        for (Method rule : rules(SinkContract.class)) {
            if (rules.test(numberOf(rule))) {
                SinkContract contract = new SinkContract() {
                    @Override
                    protected SinkLab lab() {
                        return new ModelPlace(rule.getName().startsWith("s13"), fault);
                    }
                };
                contract.open();
                if (breaks(contract, rule)) {
                    broken.add(numberOf(rule));
                }
            }
        }
        return broken;
    }

    private static SortedSet<String> brokenBy(@Nullable SourceFault fault, Predicate<String> rules) {
        return brokenBy(fault, rules, EnumSet.allOf(SourceLab.Ability.class));
    }

    private static SortedSet<String> brokenBy(
            @Nullable SourceFault fault, Predicate<String> rules, Set<SourceLab.Ability> abilities) {
        TreeSet<String> broken = new TreeSet<>();
        for (Method rule : rules(SourceContract.class)) {
            if (rules.test(numberOf(rule))) {
                SourceContract contract = new SourceContract() {
                    @Override
                    protected SourceLab lab() {
                        return new ModelHistory(abilities, fault);
                    }
                };
                contract.begin();
                if (breaks(contract, rule)) {
                    broken.add(numberOf(rule));
                }
            }
        }
        return broken;
    }

    @Test
    @DisplayName("a good sink keeps all rules")
    void goodSink() {
        assertThat(brokenBy((SinkFault) null, any -> true)).isEmpty();
    }

    @Test
    @DisplayName("a good source keeps all rules")
    void goodSource() {
        assertThat(brokenBy((SourceFault) null, any -> true)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SinkFault.class)
    @DisplayName("a bad sink is found by the rule that it breaks, and by no other if it is about block events")
    void badSink(SinkFault fault) {
        assertThat(brokenBy(fault, rulesFor(fault.rule, "s17"))).containsExactly(fault.rule);
    }

    @ParameterizedTest
    @EnumSource(SourceFault.class)
    @DisplayName("a bad source is found by the rule that it breaks, and by no other if it is about block events")
    void badSource(SourceFault fault) {
        assertThat(brokenBy(fault, rulesFor(fault.rule, "r10"))).containsExactly(fault.rule);
    }

    @Test
    @DisplayName("a source whose laboratory says that nobody waits keeps all rules, unless somebody does")
    void sourceWithoutBlockEvents() {
        assertThat(brokenBy(null, any -> true, Set.of())).isEmpty();
        assertThat(brokenBy(SourceFault.EVENTS_EARLY, rulesFor("r11", "r10"), Set.of()))
                .containsExactly("r11");
    }

    @Test
    @DisplayName("each rule has a bad one that it finds")
    void eachRuleIsNeeded() {
        TreeSet<String> rules = new TreeSet<>();
        rules(SinkContract.class).forEach(rule -> rules.add(numberOf(rule)));
        rules(SourceContract.class).forEach(rule -> rules.add(numberOf(rule)));
        TreeSet<String> found = new TreeSet<>();
        Arrays.stream(SinkFault.values()).forEach(fault -> found.add(fault.rule));
        Arrays.stream(SourceFault.values()).forEach(fault -> found.add(fault.rule));
        assertThat(found).isEqualTo(rules);
    }

    /** A place for a model. */
    private static final class ModelPlace implements SinkLab {
        private final ModelSink.Disk disk;
        private final @Nullable SinkFault fault;

        ModelPlace(boolean elsewhere, @Nullable SinkFault fault) {
            this.disk = new ModelSink.Disk(elsewhere);
            this.fault = fault;
        }

        @Override
        public Sink open(ChangefeedId changefeed, String source) {
            return new ModelSink(disk, source, fault);
        }

        @Override
        public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
            return json(((ModelSink) sink).state());
        }

        private static SortedMap<TableName, Map<String, String>> json(SortedMap<TableName, Map<String, Row>> state) {
            SortedMap<TableName, Map<String, String>> json = new TreeMap<>();
            state.forEach((table, rows) -> {
                Map<String, String> texts = new TreeMap<>();
                rows.values().forEach(row -> texts.put(row.key(), row.json()));
                json.put(table, texts);
            });
            return json;
        }

        @Override
        public TableName refused() {
            return ModelSink.REFUSED;
        }

        @Override
        public @Nullable SortedMap<TableName, ? extends Map<String, String>> snapshot(Sink sink, long ts) {
            SortedMap<TableName, Map<String, Row>> snapshot = ((ModelSink) sink).snapshot(ts);
            return snapshot == null ? null : json(snapshot);
        }
    }
}
