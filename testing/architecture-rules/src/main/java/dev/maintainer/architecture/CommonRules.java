package dev.maintainer.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.port.Transport;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The rules that both rule sets use, each for the packages that it is given. */
final class CommonRules {
    private static final Pattern PACKAGE = Pattern.compile("[A-Za-z_$][\\w$]*(\\.[A-Za-z_$][\\w$]*)*");
    private static final DescribedPredicate<JavaClass> LOGGING = resideInAnyPackage(
                    "org.slf4j..",
                    "java.util.logging..",
                    "org.apache.logging..",
                    "org.apache.commons.logging..",
                    "ch.qos.logback..")
            .or(DescribedPredicate.describe(
                    "are System.Logger", type -> type.getName().startsWith("java.lang.System$Logger")))
            .as("log");

    private CommonRules() {}

    /** A root package as people write it, without dots at its end. */
    static String requirePackage(String name) {
        if (!PACKAGE.matcher(name).matches()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "\"" + name + "\" is not the name of a package; write it like com.acme.planner, sub-packages are"
                            + " included");
        }
        return name;
    }

    static boolean isIn(String root, String packageName) {
        return packageName.equals(root) || packageName.startsWith(root + ".");
    }

    static ArchRule direction(String module, Collection<String> forbidden) {
        // A module that may use all others has nothing to break, and ArchUnit has no rule about no packages.
        ArchRule rule = forbidden.isEmpty()
                ? classes().that().resideInAPackage(module + "..").should().resideInAPackage(module + "..")
                : noClasses()
                        .that()
                        .resideInAPackage(module + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                forbidden.stream().map(other -> other + "..").toArray(String[]::new));
        return rule.because("the direction of the modules is what lets people use one without the others");
    }

    static ArchRule noCycles(String module) {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        String name = type.getPackageName();
                        return isIn(module, name) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "the packages of " + module;
                    }
                })
                .should()
                .beFreeOfCycles()
                .because("packages that need each other can only be understood and changed together");
    }

    static ArchRule internals(String module) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(module + "..internal..")
                .because("internals may change in any release");
    }

    /** Transports themselves may send: one that wraps another has no other way. */
    static ArchRule onlyGatesSend(String where, List<String> gates) {
        return noClasses()
                .that()
                .resideInAPackage(where + "..")
                .and()
                .areNotAssignableTo(Transport.class)
                .and(DescribedPredicate.describe(
                        "are none of the gates " + gates,
                        type -> gates.stream()
                                .noneMatch(gate -> type.getName().equals(gate)
                                        || type.getName().startsWith(gate + "$"))))
                .should()
                .accessTargetWhere(access(
                        "sends",
                        target -> target.getName().equals("send")
                                && target.getOwner().isAssignableTo(Transport.class)))
                .because("one gate asks the policy table before anything leaves");
    }

    static ArchRule pure(Collection<String> adapters, Collection<String> packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .and()
                .resideOutsideOfPackages(adapters.toArray(String[]::new))
                .should()
                .accessTargetWhere(access(
                        "reads time, chance or the environment, starts threads, waits or does I/O", Ambient::any))
                .because("the same inputs must give the same effects, in production and in a replay");
    }

    static ArchRule without(Ambient kind, String where, String because) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .should()
                .accessTargetWhere(access(kind.what(), kind::matches))
                .because(because);
    }

    static ArchRule ordered(String where) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .should()
                .accessTargetWhere(access("makes or uses a collection without an order", Unordered::matches))
                .because("an order that nobody chose decides differently in another JVM; use List, TreeMap, TreeSet,"
                        + " LinkedHashMap, LinkedHashSet, EnumMap or EnumSet");
    }

    static ArchRule silent(Collection<String> packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .dependOnClassesThat(LOGGING)
                .because("what a pure function has to say is in its result");
    }

    static ArchRule noSynchronized(Collection<String> packages) {
        return noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("all state has one writer");
    }

    static ArchRule noGuava(Collection<String> packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.common..")
                .because("a contract binds its users to no version of a library");
    }

    static ArchRule confined(Collection<String> modules, Collection<String> libraries) {
        return noClasses()
                .that()
                .resideOutsideOfPackages(
                        modules.stream().map(module -> module + "..").toArray(String[]::new))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(libraries.toArray(String[]::new))
                .because("a library that few modules hide can be replaced, and its versions concern nobody else");
    }

    static ArchRule signed(Collection<String> packages) {
        return classes()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .should(Construction.sayWhoConstructsThem())
                .because("who constructs a type decides how it may change");
    }

    static ArchRule stable(Collection<String> packages) {
        return classes()
                .that()
                .resideInAnyPackage(packages.toArray(String[]::new))
                .and()
                .arePublic()
                .and()
                .areTopLevelClasses()
                .should()
                .beAnnotatedWith(Stability.class)
                .because("who depends on a type wants to know how far it may change; add @Stability");
    }

    private static DescribedPredicate<JavaAccess<?>> access(String description, Predicate<AccessTarget> targets) {
        return DescribedPredicate.describe(description, access -> targets.test(access.getTarget()));
    }
}
