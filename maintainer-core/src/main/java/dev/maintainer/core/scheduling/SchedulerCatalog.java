package dev.maintainer.core.scheduling;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The schedulers of this process. Discovery takes all providers that there are; one that is broken, or a name that two
 * of them claim, is a refusal that names every culprit. A scheduler is chosen by its name alone, never by the order of
 * the class path. Immutable and thread-safe.
 */
public final class SchedulerCatalog {
    /** Ends discovery if a damaged services file yields errors without end. */
    private static final int MOST_LOAD_ERRORS = 100;

    private final SortedMap<String, Entry> byName;

    private SchedulerCatalog(SortedMap<String, Entry> byName) {
        this.byName = byName;
    }

    /**
     * Finds the providers that {@code loader} sees.
     *
     * @throws MaintainerException with {@code BROKEN_SCHEDULER} or {@code DUPLICATE_SCHEDULER}; the message names all
     *     problems, with class and location
     */
    public static SchedulerCatalog discover(ClassLoader loader) {
        Judge judge = new Judge();
        judge.takeAll(
                ServiceLoader.load(SchedulerProvider.class, loader).stream().iterator());
        return new SchedulerCatalog(judge.verdict());
    }

    /** Judges these providers, as {@link #discover} does. */
    public static SchedulerCatalog of(Iterable<? extends ServiceLoader.Provider<SchedulerProvider>> found) {
        Judge judge = new Judge();
        judge.takeAll(found.iterator());
        return new SchedulerCatalog(judge.verdict());
    }

    /** The names of all schedulers. */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byName.keySet()));
    }

    /** All schedulers, by name. */
    public List<SchedulerDescriptor> descriptors() {
        return byName.values().stream().map(Entry::descriptor).toList();
    }

    /**
     * Makes a planner.
     *
     * @param configuration the keys below {@code scheduler.<name>.}, without that prefix
     * @throws MaintainerException with {@code UNKNOWN_SCHEDULER} if there is none of this name; with
     *     {@code BROKEN_SCHEDULER} if the provider fails; with {@code BAD_CONFIGURATION} as the provider throws it
     */
    public Scheduler create(String name, SortedMap<String, String> configuration) {
        Entry entry = byName.get(name);
        if (entry == null) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_SCHEDULER,
                    "no scheduler is called '" + name + "'; found: " + (byName.isEmpty() ? "none" : byName.values()));
        }
        Scheduler scheduler;
        try {
            scheduler = entry.provider.create(new TreeMap<>(configuration));
        } catch (MaintainerException e) {
            throw e;
        } catch (RuntimeException | LinkageError | AssertionError e) {
            throw new MaintainerException(ErrorCode.BROKEN_SCHEDULER, entry + " could not make a planner: " + e, e);
        }
        if (Objects.isNull(scheduler)) {
            throw new MaintainerException(ErrorCode.BROKEN_SCHEDULER, entry + " returned null instead of a planner");
        }
        return scheduler;
    }

    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        Object location = source == null || source.getLocation() == null
                ? "module " + type.getModule().getName()
                : source.getLocation();
        return type.getName() + " in " + location;
    }

    private record Entry(SchedulerDescriptor descriptor, SchedulerProvider provider) {
        @Override
        public String toString() {
            return "'" + descriptor.name() + "' (" + origin(provider.getClass()) + ")";
        }
    }

    /** Collects what was found, and everything that is wrong with it. */
    private static final class Judge {
        private final SortedMap<String, List<Entry>> claims = new TreeMap<>();
        private final List<String> broken = new ArrayList<>();

        void takeAll(Iterator<? extends ServiceLoader.Provider<SchedulerProvider>> found) {
            int errors = 0;
            boolean more = true;
            while (more && errors < MOST_LOAD_ERRORS) {
                try {
                    more = found.hasNext();
                    if (more) {
                        take(found.next());
                    }
                } catch (ServiceConfigurationError | LinkageError e) {
                    // It names the class or the services file itself, and the next provider may be all right.
                    broken.add(String.valueOf(e.getMessage()));
                    errors++;
                }
            }
        }

        private void take(ServiceLoader.Provider<SchedulerProvider> found) {
            String origin = found.getClass().getName();
            try {
                origin = origin(found.type());
                SchedulerProvider provider = found.get();
                SchedulerDescriptor descriptor = provider.descriptor();
                if (Objects.isNull(descriptor)) {
                    broken.add(origin + ": descriptor() returned null");
                } else if (descriptor.level().compareTo(SpiLevel.CURRENT) > 0) {
                    broken.add(origin + ": '" + descriptor.name() + "' is built for level " + descriptor.level()
                            + " of the scheduler contract, this maintainer has level "
                            + SpiLevel.CURRENT + "; use a matching release of the plug-in");
                } else {
                    claims.computeIfAbsent(descriptor.name(), name -> new ArrayList<>())
                            .add(new Entry(descriptor, provider));
                }
            } catch (ServiceConfigurationError | LinkageError | RuntimeException | AssertionError e) {
                Throwable cause = e.getCause() == null ? e : e.getCause();
                broken.add(origin + ": " + cause);
            }
        }

        SortedMap<String, Entry> verdict() {
            List<String> problems = new ArrayList<>(broken);
            SortedMap<String, Entry> accepted = new TreeMap<>();
            claims.forEach((name, claimants) -> {
                if (claimants.size() > 1) {
                    problems.add("scheduler name '" + name + "' is claimed by more than one provider: " + claimants);
                }
                accepted.put(name, claimants.get(0));
            });
            if (!problems.isEmpty()) {
                throw new MaintainerException(
                        broken.isEmpty() ? ErrorCode.DUPLICATE_SCHEDULER : ErrorCode.BROKEN_SCHEDULER,
                        "schedulers cannot be used; remove or replace these jars:\n  " + String.join("\n  ", problems));
            }
            return accepted;
        }
    }
}
