package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinTask;

/**
 * What a pure function has no access to. Looks at access targets and not at calls, since {@code Instant::now} is not a
 * call; and at the name of a method where the owner in the bytecode may be any subtype.
 */
enum Ambient {
    CLOCK("reads a clock") {
        @Override
        boolean matches(AccessTarget target) {
            String owner = target.getOwner().getName();
            String name = target.getName();
            return is(target, "java.lang.System", "currentTimeMillis", "nanoTime")
                    || (owner.startsWith("java.time.") && name.equals("now"))
                    || is(target, "java.time.Clock", "systemUTC", "systemDefaultZone", "system")
                    || is(target, "java.time.Clock", "tick", "tickMillis", "tickSeconds", "tickMinutes")
                    || is(target, "java.time.InstantSource", "system")
                    || is(target, "java.util.Calendar", "getInstance")
                    || (Set.of("java.util.Date", "java.util.GregorianCalendar").contains(owner)
                            && isConstructorWithoutArguments(target));
        }
    },
    CHANCE("takes chance without a seed") {
        @Override
        boolean matches(AccessTarget target) {
            String owner = target.getOwner().getName();
            return (Set.of("java.util.Random", "java.util.SplittableRandom").contains(owner)
                            && isConstructorWithoutArguments(target))
                    || Set.of("java.util.concurrent.ThreadLocalRandom", "java.security.SecureRandom")
                            .contains(owner)
                    || is(target, "java.lang.Math", "random")
                    || is(target, "java.lang.StrictMath", "random")
                    || is(target, "java.util.UUID", "randomUUID")
                    || (is(target, "java.util.Collections", "shuffle") && parameters(target) == 1)
                    || is(target, "java.util.random.RandomGenerator", "getDefault", "of")
                    || (is(target, "java.util.random.RandomGeneratorFactory", "create") && parameters(target) == 0)
                    || is(target, "java.lang.System", "identityHashCode");
        }
    },
    THREADS("starts threads or waits") {
        @Override
        boolean matches(AccessTarget target) {
            String owner = target.getOwner().getName();
            return Set.of(
                                    "java.lang.Thread",
                                    "java.lang.ThreadGroup",
                                    "java.lang.ThreadLocal",
                                    "java.lang.InheritableThreadLocal",
                                    "java.util.Timer",
                                    "java.util.concurrent.CompletableFuture",
                                    "java.util.concurrent.CountDownLatch",
                                    "java.util.concurrent.CyclicBarrier",
                                    "java.util.concurrent.Exchanger",
                                    "java.util.concurrent.Executors",
                                    "java.util.concurrent.FutureTask",
                                    "java.util.concurrent.Phaser",
                                    "java.util.concurrent.Semaphore")
                            .contains(owner)
                    || owner.startsWith("java.util.concurrent.locks.")
                    || is(target, "java.util.concurrent.TimeUnit", "sleep", "timedJoin", "timedWait")
                    || target.getOwner().isAssignableTo(Executor.class)
                    || target.getOwner().isAssignableTo(ForkJoinTask.class)
                    || target.getName().equals("parallelStream")
                    || (owner.startsWith("java.util.stream.")
                            && target.getName().equals("parallel"))
                    || isMonitor(target);
        }
    },
    IO("does I/O") {
        private static final Set<String> HARMLESS = Set.of(
                "java.io.IOException",
                "java.io.UncheckedIOException",
                "java.io.Serializable",
                "java.net.URI",
                "java.net.URL");

        @Override
        boolean matches(AccessTarget target) {
            String owner = target.getOwner().getName();
            String name = target.getName();
            return (!HARMLESS.contains(owner)
                            && List.of("java.io.", "java.net.", "java.nio.file.", "java.nio.channels.", "java.sql.")
                                    .stream()
                                    .anyMatch(owner::startsWith))
                    || owner.startsWith("java.util.jar.")
                    || Set.of(
                                    "java.lang.Process",
                                    "java.lang.ProcessBuilder",
                                    "java.util.Scanner",
                                    "java.util.zip.ZipFile")
                            .contains(owner)
                    || is(target, "java.lang.System", "in", "out", "err")
                    || (name.startsWith("getResource")
                            && (owner.equals("java.lang.Class")
                                    || target.getOwner().isAssignableTo(ClassLoader.class)))
                    || (name.equals("printStackTrace") && target.getOwner().isAssignableTo(Throwable.class));
        }
    },
    ENVIRONMENT("reads or changes the environment") {
        @Override
        boolean matches(AccessTarget target) {
            String owner = target.getOwner().getName();
            return is(target, "java.lang.System", "getenv", "getProperty", "getProperties", "setProperty")
                    || is(target, "java.lang.System", "clearProperty", "exit", "load", "loadLibrary", "gc")
                    || is(target, "java.lang.Boolean", "getBoolean")
                    || is(target, "java.lang.Integer", "getInteger")
                    || is(target, "java.lang.Long", "getLong")
                    || is(target, "java.util.Locale", "getDefault", "setDefault")
                    || is(target, "java.util.TimeZone", "getDefault", "setDefault")
                    || is(target, "java.time.ZoneId", "systemDefault")
                    || Set.of("java.lang.Runtime", "java.lang.ProcessHandle").contains(owner)
                    || owner.startsWith("java.lang.management.");
        }
    };

    private final String what;

    Ambient(String what) {
        this.what = what;
    }

    /** The verb of a rule's description. */
    String what() {
        return what;
    }

    abstract boolean matches(AccessTarget target);

    /** Whether any kind matches. */
    static boolean any(AccessTarget target) {
        for (Ambient kind : values()) {
            if (kind.matches(target)) {
                return true;
            }
        }
        return false;
    }

    /** The number of parameters, or -1 for a field. */
    static int parameters(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget code
                ? code.getRawParameterTypes().size()
                : -1;
    }

    private static boolean is(AccessTarget target, String owner, String... names) {
        return target.getOwner().getName().equals(owner) && List.of(names).contains(target.getName());
    }

    private static boolean isConstructorWithoutArguments(AccessTarget target) {
        return target.getName().equals("<init>") && parameters(target) == 0;
    }

    /** {@code Object.wait} and its like; a method of that name with other parameters is somebody's own. */
    private static boolean isMonitor(AccessTarget target) {
        return Set.of("wait", "notify", "notifyAll").contains(target.getName())
                && target instanceof AccessTarget.CodeUnitAccessTarget method
                && method.getRawParameterTypes().stream()
                        .allMatch(type ->
                                type.getName().equals("long") || type.getName().equals("int"));
    }
}
