package dev.maintainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PluginRulesTest {
    private static final String PLUGIN = "com.acme.planner";
    private static final JavaClasses ALL = new ClassFileImporter().importPackages(PLUGIN);
    private static final JavaClasses CLEAN = with("none");
    private static final RuleSet RULES = PluginRules.of(PLUGIN);

    /** The clean plug-in, and one broken class with what is nested in it. */
    private static JavaClasses with(String broken) {
        return ALL.that(DescribedPredicate.describe(
                "clean or " + broken,
                (JavaClass type) -> type.getPackageName().endsWith(".clean")
                        || type.getName().matches(".*\\.broken\\." + broken + "(\\$.*)?")));
    }

    /** A class that breaks one rule, and every way in which it does. */
    record Broken(String rule, String type, List<String> evidence) {
        Broken(String rule, String type, String... evidence) {
            this(rule, type, List.of(evidence));
        }

        @Override
        public String toString() {
            return type + " breaks " + rule;
        }
    }

    static Stream<Broken> broken() {
        return Stream.of(
                new Broken("P1", "UsesCore", "ImmutableList", "RuleSet", "DynamicTest"),
                new Broken("P2", "ReadsClock", "Instant.now()", "nanoTime()", "Date.<init>()", "Clock.systemUTC()"),
                new Broken(
                        "P3",
                        "TakesChance",
                        "Random.<init>()",
                        "Collections.shuffle",
                        "ThreadLocalRandom.current",
                        "randomUUID",
                        "identityHashCode"),
                new Broken(
                        "P4",
                        "StartsThreads",
                        "parallelStream()",
                        "Stream.parallel()",
                        "Thread.start()",
                        "ForkJoinPool.execute",
                        "supplyAsync",
                        "TimeUnit.sleep",
                        "ReentrantLock.lock()",
                        "ThreadLocal.withInitial",
                        "Object.notifyAll()"),
                new Broken("P5", "DoesIo", "Files.exists", "System.out", "getResourceAsStream", "printStackTrace"),
                new Broken("P6", "ReadsEnvironment", "getProperty", "availableProcessors", "Locale", "exit(int)"),
                new Broken("P7", "KeepsState", "round", "LOADS", "COUNTER", "SEEN", "CONCRETE", "OWN"),
                new Broken("P8", "TakesLocks", "next()"),
                new Broken(
                        "P9",
                        "UsesHashes",
                        "HashSet.<init>()",
                        "IdentityHashMap.<init>()",
                        "Set.copyOf",
                        "toMap",
                        "groupingBy"),
                new Broken("P10", "Logs", "java.util.logging.Logger", "java.lang.System$Logger"),
                new Broken("P11", "ShowsMore", "ShowsMore is public", "ShowsMore$Weight is public"),
                new Broken("P12", "NeedsArguments", "no parameters"),
                new Broken("P12", "NotPublic", "not public", "no parameters"),
                new Broken(
                        "P13",
                        "ConstructsOthers",
                        "NodeView is made by the host",
                        "Plan has factories",
                        "SpiLevel has factories",
                        "implements dev.maintainer.scheduler.spi.SchedulingSnapshot"));
    }

    @Test
    void theNamesOfTheExecutedRulesAreTheGoldenList() {
        assertThat(RULES.check(CLEAN))
                .containsExactly(
                        "P1 uses the SPI, the API and the JDK only",
                        "P2 reads no clock",
                        "P3 takes no chance without a seed",
                        "P4 starts no thread and does not wait",
                        "P5 does no I/O",
                        "P6 leaves the environment alone",
                        "P7 keeps no state in static fields",
                        "P8 takes no locks",
                        "P9 uses collections with an order",
                        "P10 does not log",
                        "P11 shows its provider and nothing else",
                        "P12 has a provider that can be loaded",
                        "P13 constructs what is for plug-ins to construct");
    }

    @Test
    void everyRuleHasAFixtureThatBreaksIt() {
        assertThat(broken().map(Broken::rule).distinct())
                .isEqualTo(RULES.names().stream()
                        .map(name -> name.substring(0, name.indexOf(' ')))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("broken")
    void aBrokenClassIsCaughtByItsRuleAlone(Broken broken) {
        Map<String, List<String>> violations = RULES.violations(with(broken.type()));

        assertThat(violations.keySet()).singleElement().asString().startsWith(broken.rule() + " ");
        assertThat(String.join("\n", violations.values().iterator().next())).contains(broken.evidence());
        assertThatThrownBy(() -> RULES.check(with(broken.type())))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(broken.rule() + " ");
    }

    @Test
    void lookAlikesPass() {
        assertThat(RULES.violations(CLEAN)).isEmpty();
    }

    @Test
    void aPublishedTypeMayBePublic() {
        RuleSet rules = PluginRules.of(PLUGIN, PLUGIN + ".broken.ShowsMore", PLUGIN + ".broken.ShowsMore$Weight");

        assertThat(rules.violations(with("ShowsMore"))).isEmpty();
    }

    @Test
    void theReadmeExplainsEachRule() throws IOException {
        String readme = Files.readString(Path.of("README.md"));

        assertThat(readme)
                .contains(RULES.names().stream().map(name -> "| " + name + " |").toList());
    }

    @Test
    void aPlugInWithoutAProviderIsNone() {
        JavaClasses planner = ALL.that(DescribedPredicate.describe(
                "planner", (JavaClass type) -> type.getName().endsWith(".clean.CleanPlanner")));

        assertThat(RULES.violations(planner).toString())
                .contains("P11")
                .contains("no public class implements dev.maintainer.scheduler.spi.SchedulerProvider");
    }

    @Test
    void eachRuleIsOneJupiterTest() {
        assertThat(RULES.tests(CLEAN).map(DynamicTest::getDisplayName))
                .hasSize(RULES.names().size() + 1)
                .containsAll(RULES.names());
    }

    @Test
    void noClassesAreNoSuccess() {
        RuleSet mistyped = PluginRules.of("com.acme.plannner");

        assertThat(mistyped.classes()).isEmpty();
        assertThatThrownBy(() -> mistyped.tests()
                        .findFirst()
                        .orElseThrow()
                        .getExecutable()
                        .execute())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("com.acme.plannner");
        assertThatThrownBy(() -> mistyped.check(mistyped.classes())).hasMessageContaining("com.acme.plannner");
    }

    @Test
    void aPackageIsWrittenWithoutDotsAtItsEnd() {
        assertThatThrownBy(() -> PluginRules.of("com.acme.."))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("\"com.acme..\"");
    }
}
