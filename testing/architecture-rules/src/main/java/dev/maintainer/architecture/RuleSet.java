package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Rules and the packages that they are for. {@link #tests()} is what a {@code @TestFactory} returns; each rule is one
 * test of its own, and a further one fails if no class was found, since every rule holds for nothing. Immutable.
 *
 * @param packages root packages whose classes are read, with their sub-packages, from the class path or module path
 * @param rules in the order in which they run
 */
public record RuleSet(List<String> packages, List<NamedRule> rules) {
    /**
     * Copies the lists.
     *
     * @param packages root packages whose classes are read, with their sub-packages, from the class path or module path
     * @param rules in the order in which they run
     */
    public RuleSet {
        packages = List.copyOf(packages);
        rules = List.copyOf(rules);
    }

    /** {@return the names of the rules in their order, for a golden list} */
    public List<String> names() {
        return rules.stream().map(NamedRule::name).toList();
    }

    /**
     * {@return the production classes of the packages: classes below {@code test-classes} are left out} Reads them anew
     * each time.
     */
    public JavaClasses classes() {
        return new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                // The predefined option knows target/test-classes alone, and a build may have another output.
                .withImportOption(location -> !location.contains("/test-classes/"))
                .importPackages(packages);
    }

    /** {@return one test per rule, over {@link #classes()}} */
    public Stream<DynamicTest> tests() {
        return tests(classes());
    }

    /**
     * {@return one test per rule, over classes that the caller has read; a further one fails if there are none}
     *
     * @param classes what to check
     */
    public Stream<DynamicTest> tests(JavaClasses classes) {
        DynamicTest presence =
                DynamicTest.dynamicTest("classes of " + String.join(", ", packages), () -> requireClasses(classes));
        return Stream.concat(
                Stream.of(presence),
                rules.stream()
                        .map(named -> DynamicTest.dynamicTest(
                                named.name(), () -> named.rule().check(classes))));
    }

    /**
     * Runs all rules without Jupiter.
     *
     * @param classes what to check
     * @return the names of the rules that were executed, in their order: compare it with a golden list
     * @throws AssertionError if there is no class, or with all violations of all rules
     */
    public List<String> check(JavaClasses classes) {
        requireClasses(classes);
        List<String> executed = new ArrayList<>();
        List<String> reports = new ArrayList<>();
        for (NamedRule named : rules) {
            EvaluationResult result = named.rule().evaluate(classes);
            executed.add(named.name());
            if (result.hasViolation()) {
                reports.add(named.name() + "\n" + result.getFailureReport());
            }
        }
        if (!reports.isEmpty()) {
            throw new AssertionError(String.join("\n\n", reports));
        }
        return List.copyOf(executed);
    }

    /**
     * {@return the violations by the name of the rule, as ArchUnit words them; rules that hold are not in it}
     *
     * @param classes what to check
     */
    public SortedMap<String, List<String>> violations(JavaClasses classes) {
        SortedMap<String, List<String>> violations = new TreeMap<>();
        for (NamedRule named : rules) {
            EvaluationResult result = named.rule().evaluate(classes);
            if (result.hasViolation()) {
                violations.put(named.name(), result.getFailureReport().getDetails());
            }
        }
        return violations;
    }

    private void requireClasses(JavaClasses classes) {
        if (classes.isEmpty()) {
            throw new AssertionError("no class found in " + packages + ", so no rule has checked anything;"
                    + " check the names of the packages and that the classes are on the class path");
        }
    }
}
