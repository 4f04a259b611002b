package dev.maintainer.it.architecture;

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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The rules, each for the packages that it is given, so that fixtures can break them. */
final class ArchitectureRules {
    /** Each module's package, and the packages of our modules that it may use besides its own. */
    static final Map<String, List<String>> DIRECTION = direction();

    static final String[] LIBRARIES = {
        "dev.maintainer.api..",
        "dev.maintainer.scheduler..",
        "dev.maintainer.operator..",
        "dev.maintainer.core..",
        "dev.maintainer.dispatcher..",
        "dev.maintainer.coordinator.."
    };
    static final String[] SILENT = {
        "dev.maintainer.api..",
        "dev.maintainer.scheduler..",
        "dev.maintainer.operator..",
        "dev.maintainer.core.registry..",
        "dev.maintainer.core.checkpoint..",
        "dev.maintainer.core.bootstrap.."
    };
    static final String[] CONTRACTS = {"dev.maintainer.api..", "dev.maintainer.scheduler.spi.."};
    static final String STORE = "dev.maintainer.coordinator.store..";
    static final String GATES = "dev\\.maintainer\\.core\\.(gate\\.CommandGate|host\\.ReportGate)(\\$.*)?";

    /** "owner.name", or ".name" for any owner: a subtype's name may stand in the bytecode. */
    private static final Set<String> AMBIENT = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.System.out",
            "java.lang.System.err",
            "java.time.Instant.now",
            "java.time.LocalDateTime.now",
            "java.time.LocalDate.now",
            "java.time.ZonedDateTime.now",
            "java.time.OffsetDateTime.now",
            "java.time.Clock.systemUTC",
            "java.time.Clock.systemDefaultZone",
            "java.lang.Math.random",
            "java.util.UUID.randomUUID",
            ".parallelStream",
            ".wait",
            ".notify",
            ".notifyAll");

    private static final Set<String> SEEDED_IF_WITH_ARGUMENTS =
            Set.of("java.util.Random", "java.util.SplittableRandom");
    private static final Set<String> AMBIENT_OWNERS = Set.of(
            "java.lang.Thread",
            "java.lang.ThreadLocal",
            "java.lang.ProcessBuilder",
            "java.util.Timer",
            "java.util.Scanner",
            "java.util.concurrent.ThreadLocalRandom",
            "java.util.concurrent.CompletableFuture",
            "java.util.concurrent.CountDownLatch",
            "java.util.concurrent.Semaphore",
            "java.util.concurrent.TimeUnit",
            "java.security.SecureRandom");
    private static final Set<String> HARMLESS_IO = Set.of(
            "java.io.IOException",
            "java.io.UncheckedIOException",
            "java.io.Serializable",
            "java.net.URI",
            "java.net.URL");

    private ArchitectureRules() {}

    /** A rule with the name that the golden list knows it by. */
    record Named(String name, ArchRule rule) {}

    /** All rules, for the real packages. */
    static List<Named> all() {
        List<Named> rules = new ArrayList<>();
        DIRECTION.forEach((module, allowed) -> {
            rules.add(new Named("direction of " + module, direction(module, allowed)));
            rules.add(new Named("no cycles in " + module, noCycles(module)));
            rules.add(new Named("internals of " + module, internals(module)));
        });
        rules.add(new Named("only the gates send", onlyGatesSend("dev.maintainer.core..", GATES)));
        rules.add(new Named("libraries are pure", pure(STORE, LIBRARIES)));
        rules.add(new Named("pure packages do not log", silent(SILENT)));
        rules.add(new Named("no synchronized methods", noSynchronized(LIBRARIES)));
        rules.add(new Named("no Guava in the contracts", noGuava(CONTRACTS)));
        return List.copyOf(rules);
    }

    static ArchRule direction(String module, List<String> allowed) {
        String[] forbidden = DIRECTION.keySet().stream()
                .filter(other -> !other.equals(module) && !allowed.contains(other))
                .map(other -> other + "..")
                .toArray(String[]::new);
        return direction(module, forbidden);
    }

    static ArchRule direction(String module, String... forbidden) {
        // A module that may use all others has nothing to break.
        ArchRule rule = forbidden.length == 0
                ? noClasses().that().resideInAPackage(module + "..").should().resideOutsideOfPackage(module + "..")
                : noClasses()
                        .that()
                        .resideInAPackage(module + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden);
        return rule.because("the direction of the modules is what lets people use one without the others");
    }

    static ArchRule noCycles(String module) {
        return slices().assignedFrom(new SliceAssignment() {
                    @Override
                    public SliceIdentifier getIdentifierOf(JavaClass type) {
                        String name = type.getPackageName();
                        return name.equals(module) || name.startsWith(module + ".")
                                ? SliceIdentifier.of(name)
                                : SliceIdentifier.ignore();
                    }

                    @Override
                    public String getDescription() {
                        return "the packages of " + module;
                    }
                })
                .should()
                .beFreeOfCycles();
    }

    static ArchRule internals(String module) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(module + "..internal..");
    }

    static ArchRule onlyGatesSend(String where, String gates) {
        return noClasses()
                .that()
                .resideInAPackage(where)
                .and()
                .haveNameNotMatching(gates)
                .should()
                .accessTargetWhere(access(
                        "sends",
                        target -> target.getName().equals("send")
                                && target.getOwner().isAssignableTo("dev.maintainer.api.port.Transport")))
                .because("one gate asks the policy table before anything leaves");
    }

    static ArchRule pure(String except, String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .and()
                .resideOutsideOfPackage(except)
                .should()
                .accessTargetWhere(
                        access("reads time, chance or the environment, or waits", ArchitectureRules::isAmbient))
                .because("the same inputs must give the same effects, in production and in a replay");
    }

    static ArchRule silent(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.slf4j..", "java.util.logging..", "java.lang.System.Logger");
    }

    static ArchRule noSynchronized(String... packages) {
        return noMethods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(packages)
                .should()
                .haveModifier(JavaModifier.SYNCHRONIZED)
                .because("all state has one writer");
    }

    static ArchRule noGuava(String... packages) {
        return noClasses()
                .that()
                .resideInAnyPackage(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.common..");
    }

    private static boolean isAmbient(AccessTarget target) {
        String owner = target.getOwner().getName();
        if (AMBIENT.contains(owner + "." + target.getName()) || AMBIENT.contains("." + target.getName())) {
            return true;
        }
        if (SEEDED_IF_WITH_ARGUMENTS.contains(owner) && target instanceof AccessTarget.CodeUnitAccessTarget code) {
            return target.getName().equals("<init>")
                    && code.getRawParameterTypes().isEmpty();
        }
        return AMBIENT_OWNERS.contains(owner)
                || target.getOwner().isAssignableTo("java.util.concurrent.Executor")
                || owner.equals("java.util.concurrent.Executors")
                || owner.startsWith("java.util.concurrent.locks.")
                || isIo(owner);
    }

    private static boolean isIo(String owner) {
        boolean io = owner.startsWith("java.io.")
                || owner.startsWith("java.net.")
                || owner.startsWith("java.nio.file.")
                || owner.startsWith("java.nio.channels.");
        return io && !HARMLESS_IO.contains(owner);
    }

    private static DescribedPredicate<JavaAccess<?>> access(String description, Predicate<AccessTarget> targets) {
        return DescribedPredicate.describe(description, access -> targets.test(access.getTarget()));
    }

    private static Map<String, List<String>> direction() {
        String api = "dev.maintainer.api";
        String spi = "dev.maintainer.scheduler.spi";
        String defaults = "dev.maintainer.scheduler.defaults";
        String operator = "dev.maintainer.operator";
        String core = "dev.maintainer.core";
        String dispatcher = "dev.maintainer.dispatcher";
        String coordinator = "dev.maintainer.coordinator";
        Map<String, List<String>> direction = new LinkedHashMap<>();
        direction.put(api, List.of());
        direction.put(spi, List.of(api));
        direction.put(defaults, List.of(spi, api));
        direction.put(operator, List.of(api));
        direction.put(core, List.of(api, operator, spi));
        direction.put(dispatcher, List.of(api));
        direction.put(coordinator, List.of(api));
        String simulator = "dev.maintainer.simulator";
        direction.put(simulator, List.of(api, spi, defaults, operator, core, dispatcher, coordinator));
        direction.put(
                "dev.maintainer.node", List.of(api, spi, defaults, operator, core, dispatcher, coordinator, simulator));
        return direction;
    }
}
