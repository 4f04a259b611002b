package dev.maintainer.runtime.plugin;

import dev.maintainer.core.scheduling.planner.PluginFailure;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads one jar of a plug-in directory: what providers it has, and what is wrong with it. */
final class PluginJar {
    private static final String SERVICES = "META-INF/services/" + SchedulerProvider.class.getName();

    private final Path jar;
    private final ClassLoader host;
    private final Deadline deadline;
    private final List<ServiceLoader.Provider<SchedulerProvider>> providers = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private PluginJar(Path jar, ClassLoader host, Deadline deadline) {
        this.deadline = deadline;
        this.jar = jar;
        this.host = host;
    }

    /** Finds the providers of a jar, without making any; tells {@code problem} all that keeps it from being used. */
    static List<ServiceLoader.Provider<SchedulerProvider>> read(
            Path jar, ClassLoader host, Deadline deadline, Consumer<String> problem) {
        PluginJar reading = new PluginJar(jar, host, deadline);
        reading.read();
        reading.problems.forEach(each -> problem.accept(jar + ": " + each));
        return reading.providers;
    }

    private void read() {
        Set<String> names;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            contractIn(zip)
                    .ifPresent(entry -> problems.add("it bundles the contract (" + entry + "), which the host has; do"
                            + " not shade maintainer-api and scheduler-spi into it, give them scope 'provided'"));
            ZipEntry services = zip.getEntry(SERVICES);
            if (services == null) {
                problems.add("it has no " + SERVICES + ", so it is no plug-in"
                        + (zip.getEntry("module-info.class") == null
                                ? ""
                                : "; the 'provides' of a module-info counts on the module path only")
                        + "; add the file, with the name of your provider in it, or take the jar away");
                return;
            }
            names = names(zip, services);
        } catch (ZipException e) {
            problems.add("it is no zip file (" + e.getMessage() + "); build or copy it again");
            return;
        } catch (IOException e) {
            problems.add("it cannot be read: " + e);
            return;
        }
        if (names.isEmpty()) {
            problems.add("its " + SERVICES + " names no class; write the name of your provider into it");
        }
        if (problems.isEmpty()) {
            load(names);
        }
    }

    private static Optional<String> contractIn(ZipFile zip) {
        return zip.stream()
                .map(ZipEntry::getName)
                .filter(name -> name.endsWith(".class"))
                .filter(name -> {
                    String type =
                            name.replaceFirst("^META-INF/versions/\\d+/", "").replace('/', '.');
                    return PluginClassLoader.CONTRACTS.stream().anyMatch(type::startsWith);
                })
                .sorted()
                .findFirst();
    }

    /** As ServiceLoader reads it: one name a line, comments after #. */
    private static Set<String> names(ZipFile zip, ZipEntry services) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        try (InputStream in = zip.getInputStream(services)) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").trim())
                    .filter(line -> !line.isEmpty())
                    .forEach(names::add);
        }
        return names;
    }

    private void load(Set<String> names) {
        ClassLoader loader;
        try {
            loader = new PluginClassLoader(jar, host);
        } catch (IOException e) {
            problems.add("it cannot be read: " + e);
            return;
        }
        for (String name : names) {
            try {
                Class<?> type = Class.forName(name, false, loader);
                Optional<String> complaint = complaint(type);
                if (complaint.isPresent()) {
                    problems.add(name + " " + complaint.get());
                } else {
                    providers.add(new Found(type.asSubclass(SchedulerProvider.class), deadline));
                }
            } catch (ClassNotFoundException e) {
                problems.add("its " + SERVICES + " names " + name
                        + ", and there is no such class in it; correct the name" + " or build the jar again");
            } catch (UnsupportedClassVersionError e) {
                problems.add(name + " was compiled for a newer Java than this one, "
                        + Runtime.version().feature() + "; compile it for an older release");
            } catch (LinkageError e) {
                problems.add(
                        name + " cannot be loaded: " + e + "; a plug-in sees the contract, the JDK and its own jar,"
                                + " so what else it needs must be in its jar");
            }
        }
    }

    private static Optional<String> complaint(Class<?> type) {
        if (!SchedulerProvider.class.isAssignableFrom(type)) {
            return Optional.of("is no " + SchedulerProvider.class.getName() + "; name the class that is");
        }
        if (Modifier.isAbstract(type.getModifiers())) {
            return Optional.of("is abstract, so no provider can be made of it");
        }
        if (!Modifier.isPublic(type.getModifiers())) {
            return Optional.of("is not public; make the provider public");
        }
        boolean constructible =
                Arrays.stream(type.getConstructors()).anyMatch(constructor -> constructor.getParameterCount() == 0);
        return constructible ? Optional.empty() : Optional.of("has no public constructor without parameters; add one");
    }

    /** A provider that is made when it is asked for. */
    private record Found(Class<? extends SchedulerProvider> type, Deadline deadline)
            implements ServiceLoader.Provider<SchedulerProvider> {
        @Override
        public SchedulerProvider get() {
            return ContextLoader.call(
                    type.getClassLoader(), () -> deadline.call("the constructor of " + type.getName(), this::make));
        }

        private SchedulerProvider make() {
            try {
                Constructor<? extends SchedulerProvider> constructor = type.getConstructor();
                return constructor.newInstance();
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof VirtualMachineError fatal) {
                    throw fatal;
                }
                throw new ServiceConfigurationError(
                        "its constructor threw " + PluginFailure.describe(Objects.requireNonNullElse(e.getCause(), e)));
            } catch (ReflectiveOperationException e) {
                throw new ServiceConfigurationError("its constructor cannot be called: " + e);
            }
        }
    }
}
