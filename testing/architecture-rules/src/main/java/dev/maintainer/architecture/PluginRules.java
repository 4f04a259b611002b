package dev.maintainer.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchRule;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.List;
import java.util.Set;

/**
 * Rules for scheduler plug-ins. They look at the plug-in's classes only, and hold for all of them: its provider, its
 * planner, and what these are made of.
 */
public final class PluginRules {
    private PluginRules() {}

    /**
     * The rules for the classes in a package and below.
     *
     * @param plugin the root package of the plug-in, such as {@code com.acme.planner}
     * @param published names of public classes besides the providers, such as an enum of reason codes
     * @return rules to run as tests, or without Jupiter
     * @throws dev.maintainer.api.error.MaintainerException with {@code BAD_CONFIGURATION} if a name is not that of a
     *     package
     */
    public static RuleSet of(String plugin, String... published) {
        String all = CommonRules.requirePackage(plugin) + "..";
        String pure = "a plan is a function of its snapshot, its budget and its configuration";
        return new RuleSet(
                List.of(plugin),
                List.of(
                        new NamedRule("P1 uses the SPI, the API and the JDK only", contractsOnly(all)),
                        new NamedRule("P2 reads no clock", CommonRules.without(Ambient.CLOCK, all, pure)),
                        new NamedRule(
                                "P3 takes no chance without a seed",
                                CommonRules.without(
                                        Ambient.CHANCE,
                                        all,
                                        pure + "; make random generators from the snapshot's seed")),
                        new NamedRule(
                                "P4 starts no thread and does not wait",
                                CommonRules.without(Ambient.THREADS, all, pure + ", and the host limits its time")),
                        new NamedRule("P5 does no I/O", CommonRules.without(Ambient.IO, all, pure)),
                        new NamedRule(
                                "P6 leaves the environment alone",
                                CommonRules.without(
                                        Ambient.ENVIRONMENT, all, pure + "; settings come through the configuration")),
                        new NamedRule("P7 keeps no state in static fields", noStaticState(all)),
                        new NamedRule("P8 takes no locks", CommonRules.noSynchronized(List.of(all))),
                        new NamedRule("P9 uses collections with an order", CommonRules.ordered(all)),
                        new NamedRule("P10 does not log", CommonRules.silent(List.of(all))),
                        new NamedRule(
                                "P11 shows its provider and nothing else",
                                classes()
                                        .that()
                                        .resideInAPackage(all)
                                        .should(new ShowOnlyProviders(Set.of(published)))
                                        .because("everything that is public is used by somebody, and then kept for"
                                                + " ever")),
                        new NamedRule("P12 has a provider that can be loaded", loadable(all)),
                        new NamedRule(
                                "P13 constructs what is for plug-ins to construct",
                                classes()
                                        .that()
                                        .resideInAPackage(all)
                                        .should(Construction.keepToTheirSide())
                                        .because("who constructs a type decides how it may change"))));
    }

    private static ArchRule contractsOnly(String plugin) {
        DescribedPredicate<JavaClass> contracts = resideInAnyPackage(
                        "dev.maintainer.api..", "dev.maintainer.scheduler.spi..")
                .and(DescribedPredicate.not(resideInAnyPackage("..internal..")));
        return classes()
                .that()
                .resideInAPackage(plugin)
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(plugin, "java..", "org.jspecify..")
                        .or(contracts)
                        .as("belong to the plug-in, the API, the SPI, the JDK or JSpecify"))
                .because("everything else may change in any release, and is not there in a plug-in's class loader");
    }

    private static ArchRule noStaticState(String plugin) {
        return fields().that()
                .areDeclaredInClassesThat()
                .resideInAPackage(plugin)
                .and()
                .areStatic()
                .should(new BeConstant())
                .because("two changefeeds, or two rounds, must not see each other");
    }

    private static ArchRule loadable(String plugin) {
        return classes()
                .that()
                .resideInAPackage(plugin)
                .and()
                .areAssignableTo(SchedulerProvider.class)
                .and()
                .areNotInterfaces()
                .should(new BeLoadable())
                .because("ServiceLoader makes the provider");
    }
}
