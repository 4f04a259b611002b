package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Sink;
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
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/** The kit against good models, which it passes, and bad ones, each of which it finds by the rule that is broken. */
class KitTest {
    private static List<Method> rules(Class<?> contract) {
        return Arrays.stream(contract.getMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
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

    private static SortedSet<String> brokenBy(@Nullable SinkFault fault, String prefix) {
        TreeSet<String> broken = new TreeSet<>();
        for (Method rule : rules(SinkContract.class)) {
            if (rule.getName().startsWith(prefix)) {
                SinkContract contract = new SinkContract() {
                    @Override
                    protected SinkLab lab() {
                        return new ModelPlace(rule.getName().startsWith("s13"), fault);
                    }
                };
                contract.open();
                if (breaks(contract, rule)) {
                    broken.add(rule.getName().substring(0, 3));
                }
            }
        }
        return broken;
    }

    private static SortedSet<String> brokenBy(@Nullable SourceFault fault, String prefix) {
        return brokenBy(fault, prefix, EnumSet.allOf(SourceLab.Ability.class));
    }

    private static SortedSet<String> brokenBy(
            @Nullable SourceFault fault, String prefix, Set<SourceLab.Ability> abilities) {
        TreeSet<String> broken = new TreeSet<>();
        for (Method rule : rules(SourceContract.class)) {
            if (rule.getName().startsWith(prefix)) {
                SourceContract contract = new SourceContract() {
                    @Override
                    protected SourceLab lab() {
                        return new ModelHistory(abilities, fault);
                    }
                };
                contract.begin();
                if (breaks(contract, rule)) {
                    broken.add(rule.getName().substring(0, 3));
                }
            }
        }
        return broken;
    }

    @Test
    @DisplayName("a good sink keeps all rules")
    void goodSink() {
        assertThat(brokenBy((SinkFault) null, "s")).isEmpty();
    }

    @Test
    @DisplayName("a good source keeps all rules")
    void goodSource() {
        assertThat(brokenBy((SourceFault) null, "r")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(SinkFault.class)
    @DisplayName("a bad sink is found by the rule that it breaks")
    void badSink(SinkFault fault) {
        assertThat(brokenBy(fault, fault.rule)).containsExactly(fault.rule);
    }

    @ParameterizedTest
    @EnumSource(SourceFault.class)
    @DisplayName("a bad source is found by the rule that it breaks, and by no other if it is about block events")
    void badSource(SourceFault fault) {
        boolean aboutBlocks = fault.rule.compareTo("r10") > 0;
        assertThat(brokenBy(fault, aboutBlocks ? "r" : fault.rule)).containsExactly(fault.rule);
    }

    @Test
    @DisplayName("a source whose laboratory says that nobody waits keeps all rules, unless somebody does")
    void sourceWithoutBlockEvents() {
        assertThat(brokenBy(null, "r", Set.of())).isEmpty();
        assertThat(brokenBy(SourceFault.EVENTS_EARLY, "r", Set.of())).containsExactly("r11");
    }

    @Test
    @DisplayName("each rule has a bad one that it finds")
    void eachRuleIsNeeded() {
        TreeSet<String> rules = new TreeSet<>();
        rules(SinkContract.class).forEach(rule -> rules.add(rule.getName().substring(0, 3)));
        rules(SourceContract.class).forEach(rule -> rules.add(rule.getName().substring(0, 3)));
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
            return ((ModelSink) sink).state();
        }
    }
}
