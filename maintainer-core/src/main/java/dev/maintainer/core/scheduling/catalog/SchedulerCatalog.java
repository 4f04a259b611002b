package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.scheduling.planner.PluginFailure;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Collection;
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
import java.util.function.UnaryOperator;

/**
 * The schedulers of this process. Discovery looks at all available providers. If one is broken or cannot work with this
 * host, or two have the same name, it fails with a message that names all of them. A scheduler is chosen by its name
 * alone, never by the order of the class path. Immutable and thread-safe.
 */
public final class SchedulerCatalog {
    /** Ends discovery if a damaged services file yields errors without end. */
    private static final int MOST_LOAD_ERRORS = 100;

    /** Names of schedulers in it are reserved. */
    private static final String BUILT_IN = "dev.maintainer.scheduler.defaults.";

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
        return discover(loader, List.of(), List.of(), UnaryOperator.identity());
    }

    /**
     * Finds the providers that {@code loader} sees, and judges them together with others.
     *
     * @param others providers that were found elsewhere
     * @param problems what was wrong elsewhere: any makes this a refusal, which names it with the rest
     * @param guard is put around every provider that was made, before it is asked anything
     * @throws MaintainerException as {@link #discover(ClassLoader)}
     */
    public static SchedulerCatalog discover(
            ClassLoader loader,
            Iterable<? extends ServiceLoader.Provider<SchedulerProvider>> others,
            Collection<String> problems,
            UnaryOperator<SchedulerProvider> guard) {
        Judge judge = new Judge(HostOffer.OURS, guard);
        judge.broken.addAll(problems);
        judge.takeAll(
                ServiceLoader.load(SchedulerProvider.class, loader).stream().iterator());
        judge.takeAll(others.iterator());
        return new SchedulerCatalog(judge.verdict());
    }

    /** Judges these providers, as {@link #discover(ClassLoader)} does. */
    public static SchedulerCatalog of(Iterable<? extends ServiceLoader.Provider<SchedulerProvider>> found) {
        return of(found, HostOffer.OURS);
    }

    /** Judges these providers for a host with this offer. */
    public static SchedulerCatalog of(
            Iterable<? extends ServiceLoader.Provider<SchedulerProvider>> found, HostOffer offer) {
        Judge judge = new Judge(offer, UnaryOperator.identity());
        judge.takeAll(found.iterator());
        return new SchedulerCatalog(judge.verdict());
    }

    /** The names of all schedulers. */
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byName.keySet()));
    }

    /** All schedulers, by name. */
    public List<CatalogEntry> entries() {
        return byName.values().stream().map(Entry::shown).toList();
    }

    /** The descriptors of all schedulers, by name. */
    public List<SchedulerDescriptor> descriptors() {
        return entries().stream().map(CatalogEntry::descriptor).toList();
    }

    /**
     * Creates a planner. It sees snapshots of the level that it was built for.
     *
     * @param configuration the keys below {@code scheduler.<name>.}, without that prefix
     * @throws MaintainerException with {@code UNKNOWN_SCHEDULER} if there is none of this name; with
     *     {@code BROKEN_SCHEDULER} if the provider fails; with {@code BAD_CONFIGURATION} if a key is not declared, or
     *     as the provider throws it
     */
    public Scheduler create(String name, SortedMap<String, String> configuration) {
        Entry entry = byName.get(name);
        if (entry == null) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_SCHEDULER,
                    "no scheduler is called '" + name + "'" + NearestName.question(name, names()) + "; there "
                            + (byName.isEmpty() ? "is none" : "are " + String.join(", ", names())));
        }
        check(name, configuration);
        Scheduler scheduler;
        try {
            scheduler = entry.provider.create(new TreeMap<>(configuration));
        } catch (MaintainerException e) {
            throw e;
        } catch (OutOfMemoryError | InternalError | UnknownError e) {
            // Not the plug-in's alone.
            throw e;
        } catch (Throwable e) {
            // All of them: a plug-in may throw what its signature does not say.
            throw new MaintainerException(
                    ErrorCode.BROKEN_SCHEDULER, entry.shown + " could not make a planner: " + explain(e), e);
        }
        if (Objects.isNull(scheduler)) {
            throw new MaintainerException(
                    ErrorCode.BROKEN_SCHEDULER, entry.shown + " returned null instead of a planner");
        }
        SpiLevel level = entry.shown.level();
        return level.compareTo(SpiLevel.CURRENT) >= 0
                ? scheduler
                : (snapshot, budget) -> scheduler.plan(new LevelSnapshot(snapshot, level), budget);
    }

    /**
     * Looks at the keys of a configuration; makes nothing.
     *
     * @param configuration the keys below {@code scheduler.<name>.}, without that prefix
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a key is not declared; never if there is no scheduler of
     *     this name
     */
    public void check(String name, SortedMap<String, String> configuration) {
        Entry entry = byName.get(name);
        if (entry != null) {
            UnknownKeys.complaint(entry.shown.descriptor(), configuration.keySet())
                    .ifPresent(complaint -> {
                        throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, complaint);
                    });
        }
    }

    /** What a scheduler claims to do; nothing if there is none of this name. */
    public SortedSet<Trait> traits(String name) {
        Entry entry = byName.get(name);
        return entry == null
                ? Collections.emptySortedSet()
                : entry.shown.descriptor().traits();
    }

    /** Where a class is from. */
    private static String origin(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        Object location = source == null || source.getLocation() == null
                ? "module " + type.getModule().getName()
                : source.getLocation();
        return type.getName() + " in " + location;
    }

    private static String explain(Throwable cause) {
        if (cause instanceof MaintainerException) {
            return PluginFailure.message(cause);
        }
        return cause instanceof LinkageError
                ? PluginFailure.describe(cause)
                        + " (it was built against another release of the scheduler contract, or a class that it needs"
                        + " is not in its jar)"
                : PluginFailure.describe(cause);
    }

    private record Entry(CatalogEntry shown, SchedulerProvider provider) {
        boolean isBuiltIn() {
            return shown.origin().startsWith(BUILT_IN);
        }

        @Override
        public String toString() {
            return shown.toString();
        }
    }

    /** Collects what was found, and everything that is wrong with it. */
    private static final class Judge {
        private final SortedMap<String, List<Entry>> claims = new TreeMap<>();
        private final List<String> broken = new ArrayList<>();
        private final HostOffer offer;
        private final UnaryOperator<SchedulerProvider> guard;

        private Judge(HostOffer offer, UnaryOperator<SchedulerProvider> guard) {
            this.offer = offer;
            this.guard = guard;
        }

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
                SchedulerProvider made = found.get();
                origin = origin(made.getClass());
                SchedulerProvider provider = guard.apply(made);
                SchedulerDescriptor descriptor = provider.descriptor();
                if (Objects.isNull(descriptor)) {
                    broken.add(origin + ": descriptor() returned null");
                } else {
                    negotiate(descriptor, provider, origin);
                }
            } catch (OutOfMemoryError | InternalError | UnknownError e) {
                throw e;
            } catch (Throwable e) {
                Throwable cause = e instanceof ServiceConfigurationError ? e.getCause() : e;
                broken.add(origin + ": " + explain(cause == null ? e : cause));
            }
        }

        private void negotiate(SchedulerDescriptor descriptor, SchedulerProvider provider, String origin) {
            Negotiation outcome = Negotiation.of(descriptor, offer);
            if (outcome instanceof Negotiation.Accepted accepted) {
                claims.computeIfAbsent(descriptor.name(), name -> new ArrayList<>())
                        .add(new Entry(new CatalogEntry(descriptor, accepted.level(), origin), provider));
            } else if (outcome instanceof Negotiation.Refused refused) {
                broken.add(origin + ": '" + descriptor.name() + "' " + refused.message());
            } else {
                throw new IllegalStateException("unknown outcome: " + outcome);
            }
        }

        private static String clash(String name, List<Entry> claimants) {
            List<Entry> others =
                    claimants.stream().filter(each -> !each.isBuiltIn()).toList();
            return others.isEmpty() || others.size() == claimants.size()
                    ? "scheduler name '" + name + "' is claimed by more than one provider: " + claimants
                    : "scheduler name '" + name + "' is that of a built-in scheduler, and also claimed by " + others
                            + "; give yours another name";
        }

        SortedMap<String, Entry> verdict() {
            List<String> problems = new ArrayList<>(broken);
            SortedMap<String, Entry> accepted = new TreeMap<>();
            claims.forEach((name, claimants) -> {
                if (claimants.size() > 1) {
                    problems.add(clash(name, claimants));
                }
                accepted.put(name, claimants.get(0));
            });
            if (!problems.isEmpty()) {
                throw new MaintainerException(
                        broken.isEmpty() ? ErrorCode.DUPLICATE_SCHEDULER : ErrorCode.BROKEN_SCHEDULER,
                        "schedulers cannot be used; remove or replace these jars: " + String.join("; ", problems));
            }
            return accepted;
        }
    }
}
