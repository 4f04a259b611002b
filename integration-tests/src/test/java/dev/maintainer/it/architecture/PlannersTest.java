package dev.maintainer.it.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.maintainer.architecture.PluginRules;
import dev.maintainer.architecture.RuleSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Our planners keep the rules that we publish for others'. */
class PlannersTest {
    private static final RuleSet BUILT_IN =
            PluginRules.of("dev.maintainer.scheduler.defaults", "dev.maintainer.scheduler.defaults.ReasonCode");
    private static final RuleSet EXAMPLE = PluginRules.of("dev.maintainer.it.plugin");

    /** The example lives beside its own test, which is no part of the plug-in. */
    private static JavaClasses example() {
        return new ClassFileImporter()
                .withImportOption(location -> !location.contains("Test.class"))
                .importPackages(EXAMPLE.packages());
    }

    @TestFactory
    Stream<DynamicTest> builtInSchedulers() {
        return BUILT_IN.tests();
    }

    @TestFactory
    Stream<DynamicTest> packBySchema() {
        return EXAMPLE.tests(example());
    }

    @Test
    void theClassesAreThoseOfThePlanners() {
        assertThat(BUILT_IN.classes().contain("dev.maintainer.scheduler.defaults.BasicScheduler"))
                .isTrue();
        assertThat(example().contain("dev.maintainer.it.plugin.PackBySchema")).isTrue();
    }
}
