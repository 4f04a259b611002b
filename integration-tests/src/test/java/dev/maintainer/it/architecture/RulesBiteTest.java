package dev.maintainer.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import dev.maintainer.it.architecture.fixtures.LookAlike;
import dev.maintainer.it.architecture.fixtures.Sneaky;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RulesBiteTest {
    private static final String FIXTURES = "dev.maintainer.it.architecture.fixtures";
    private static final String HERE = FIXTURES + "..";
    private static final JavaClasses BAD = new ClassFileImporter().importPackages(FIXTURES);
    private static final JavaClasses GOOD = new ClassFileImporter().importClasses(LookAlike.class);

    record Case(ArchRule rule, List<String> evidence) {
        Case(ArchRule rule, String... evidence) {
            this(rule, List.of(evidence));
        }

        @Override
        public String toString() {
            return rule.getDescription();
        }
    }

    static Stream<Case> cases() {
        String gates = "no\\.such\\.Gate";
        return Stream.of(
                new Case(ArchitectureRules.direction(FIXTURES, "dev.maintainer.api.."), "Sneaky", "Transport"),
                new Case(ArchitectureRules.noCycles(FIXTURES), "One", "Two"),
                new Case(ArchitectureRules.onlyGatesSend(HERE, gates), "Sneaky", "Transport.send"),
                new Case(
                        ArchitectureRules.pure("nowhere..", HERE),
                        "Instant.now",
                        "java.util.Random.<init>()",
                        "parallelStream",
                        "java.lang.Thread",
                        "java.nio.file.Files.exists"),
                new Case(ArchitectureRules.silent(HERE), "org.slf4j"),
                new Case(ArchitectureRules.noSynchronized(HERE), "Sneaky.lock()"),
                new Case(ArchitectureRules.noGuava(HERE), "ImmutableList"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void firesOnItsFixtureAndPassesTheLookAlike(Case rule) {
        assertThat(String.join(
                        "\n", rule.rule().evaluate(BAD).getFailureReport().getDetails()))
                .contains(rule.evidence());
        assertThat(rule.rule().allowEmptyShould(true).evaluate(GOOD).hasViolation())
                .isFalse();
    }

    @Test
    void internalsAreForTheirOwnModule() {
        ArchRule rule = ArchitectureRules.internals(FIXTURES + ".thing");

        assertThat(String.join("\n", rule.evaluate(BAD).getFailureReport().getDetails()))
                .contains("Sneaky", "Secret");
        assertThat(rule.evaluate(GOOD).hasViolation()).isFalse();
    }

    @Test
    void theGateItselfMaySend() {
        ArchRule rule = ArchitectureRules.onlyGatesSend(HERE, Sneaky.class.getName());

        assertThat(rule.evaluate(BAD).hasViolation()).isFalse();
    }
}
