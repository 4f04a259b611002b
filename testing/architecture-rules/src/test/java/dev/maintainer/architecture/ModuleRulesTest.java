package dev.maintainer.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.acme.cdc.LookAlike;
import com.acme.cdc.Sneaky;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.maintainer.api.error.MaintainerException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ModuleRulesTest {
    private static final String MODULE = "com.acme.cdc";
    private static final String THING = MODULE + ".thing";
    private static final List<String> HERE = List.of(MODULE + "..");
    private static final JavaClasses BAD = new ClassFileImporter().importPackages(MODULE);
    private static final JavaClasses GOOD = new ClassFileImporter().importClasses(LookAlike.class);

    record Case(String rule, ArchRule toCheck, List<String> evidence) {
        Case(String rule, ArchRule toCheck, String... evidence) {
            this(rule, toCheck, List.of(evidence));
        }

        @Override
        public String toString() {
            return rule;
        }
    }

    static Stream<Case> cases() {
        ExportedPackages exported = new ExportedPackages(Set.of(THING), Map.of(THING, Set.of(THING)));
        ExportedPackages unknown = new ExportedPackages(Set.of(THING), Map.of());
        return Stream.of(
                new Case("direction", CommonRules.direction(MODULE, List.of("dev.maintainer.api.port")), "Transport"),
                new Case("no cycles", CommonRules.noCycles(MODULE), "One", "Two"),
                new Case("internals", CommonRules.internals(THING), "Sneaky", "Secret"),
                new Case("exported packages", exported.usedBy(MODULE), "Sneaky", "does not export " + THING),
                new Case("no descriptor", unknown.usedBy(MODULE), "Sneaky", "no descriptor of module " + THING),
                new Case("gates", CommonRules.onlyGatesSend(MODULE, List.of("no.such.Gate")), "Transport.send"),
                new Case(
                        "pure",
                        CommonRules.pure(List.of(), HERE),
                        "Instant.now",
                        "java.util.Random.<init>()",
                        "parallelStream",
                        "java.lang.Thread",
                        "java.nio.file.Files.exists"),
                new Case("silent", CommonRules.silent(HERE), "org.slf4j"),
                new Case("no synchronized", CommonRules.noSynchronized(HERE), "Sneaky.lock()"),
                new Case("no Guava", CommonRules.noGuava(HERE), "ImmutableList"),
                new Case(
                        "confined",
                        CommonRules.confined(List.of("com.acme.other"), List.of("com.google.common..")),
                        "ImmutableList"),
                new Case("signed", CommonRules.signed(HERE), "Sneaky", "add @ConstructedBy"),
                new Case("stable", CommonRules.stable(HERE), "Sneaky", "not annotated with @Stability"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void firesOnItsFixtureAndPassesTheLookAlike(Case rule) {
        assertThat(String.join(
                        "\n", rule.toCheck().evaluate(BAD).getFailureReport().getDetails()))
                .contains(rule.evidence());
        assertThat(rule.toCheck().allowEmptyShould(true).evaluate(GOOD).hasViolation())
                .isFalse();
    }

    @Test
    void theGateItselfMaySend() {
        ArchRule rule = CommonRules.onlyGatesSend(MODULE, List.of(Sneaky.class.getName()));

        assertThat(rule.evaluate(BAD).hasViolation()).isFalse();
    }

    @Test
    void whoHidesALibraryMayUseIt() {
        ArchRule rule = CommonRules.confined(List.of(MODULE), List.of("com.google.common.."));

        assertThat(rule.allowEmptyShould(true).evaluate(BAD).hasViolation()).isFalse();
    }

    @Test
    void adaptersAreThereToDoIo() {
        assertThat(CommonRules.pure(HERE, HERE)
                        .allowEmptyShould(true)
                        .evaluate(BAD)
                        .hasViolation())
                .isFalse();
    }

    @Test
    void anAdoptersRulesAreTheGoldenList() {
        RuleSet rules = ModuleRules.of(MODULE, "dev.maintainer.api", "dev.maintainer.scheduler.spi")
                .onlyGatesSend(MODULE)
                .pure(HERE, List.of())
                .silent(HERE)
                .unlocked(HERE)
                .contracts(HERE)
                .signed(HERE)
                .rules();

        assertThat(rules.check(GOOD))
                .isEqualTo(rules.names())
                .containsExactly(
                        "direction of " + MODULE,
                        "no cycles in " + MODULE,
                        "internals of " + MODULE,
                        "exported packages only in " + MODULE,
                        "only the gates send",
                        "libraries are pure",
                        "pure packages do not log",
                        "no synchronized methods",
                        "no Guava in the contracts",
                        "contract types say who constructs them");
        assertThat(rules.violations(BAD))
                .containsOnlyKeys(
                        "no cycles in " + MODULE,
                        "only the gates send",
                        "libraries are pure",
                        "pure packages do not log",
                        "no synchronized methods",
                        "no Guava in the contracts",
                        "contract types say who constructs them");
    }

    @Test
    void aModuleOfOursThatIsNotAllowedIsAViolation() {
        assertThat(ModuleRules.of(MODULE, "dev.maintainer.operator").rules().violations(BAD))
                .containsKey("direction of " + MODULE);
    }

    @Test
    void siblingsAreKnownToEachOther() {
        RuleSet rules =
                ModuleRules.of(MODULE + ".one").and(MODULE + ".two").and(THING).rules();

        assertThat(rules.violations(BAD))
                .containsOnlyKeys(
                        "direction of " + MODULE + ".one", "direction of " + MODULE + ".two", "internals of " + THING);
    }

    @Test
    void modulesDoNotOverlap() {
        assertThatThrownBy(() -> ModuleRules.of("com.acme").and("com.acme.worker"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("com.acme.worker");
    }

    @Test
    void whatIsOnTheClassPathOfOurModulesKeepsOurRules() {
        RuleSet rules = MaintainerRules.all();

        assertThat(rules.check(rules.classes())).isEqualTo(rules.names());
        assertThat(rules.classes().contain("dev.maintainer.scheduler.spi.Plan")).isTrue();
    }
}
