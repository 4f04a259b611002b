package dev.maintainer.runtime.plugin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.core.scheduling.catalog.CatalogEntry;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.Trait;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The schedulers of this process, including those of a plug-in directory, and the configuration of the chosen one.
 * Class loaders of plug-ins live as long as the process. Immutable and thread-safe.
 */
public final class Schedulers implements PlannerSource {
    private static final Logger LOG = LoggerFactory.getLogger(Schedulers.class);

    private final SchedulerCatalog catalog;
    private final String chosen;
    private final SortedMap<String, String> configuration;

    private Schedulers(SchedulerCatalog catalog, String chosen, SortedMap<String, String> configuration) {
        this.catalog = catalog;
        this.chosen = chosen;
        this.configuration = new TreeMap<>(configuration);
    }

    /**
     * Finds all schedulers, and makes the chosen one once, so that what cannot be used is known at start.
     *
     * @param directory its jars are plug-ins; null for the class path or module path alone
     * @param chosen the name of the scheduler to begin with
     * @param configuration settings of the chosen scheduler by key, and of others by {@code <name>.<key>}
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the directory cannot be read, or as
     *     {@link SchedulerCatalog} throws it; one message names all that is wrong with plug-ins
     */
    public static Schedulers load(@Nullable Path directory, String chosen, SortedMap<String, String> configuration) {
        return load(directory, chosen, configuration, Deadline.AT_START);
    }

    /** The same, where a plug-in may take so long for its constructor, for its descriptor and for making a planner. */
    public static Schedulers load(
            @Nullable Path directory, String chosen, SortedMap<String, String> configuration, Deadline deadline) {
        ClassLoader host = Schedulers.class.getClassLoader();
        List<String> problems = new ArrayList<>();
        List<ServiceLoader.Provider<SchedulerProvider>> plugins = new ArrayList<>();
        if (directory != null) {
            jars(directory).forEach(jar -> plugins.addAll(PluginJar.read(jar, host, deadline, problems::add)));
        }
        SchedulerCatalog catalog = SchedulerCatalog.discover(
                host, plugins, problems, provider -> ContextLoader.around(provider, deadline));
        LOG.info(
                "schedulers: {}",
                catalog.entries().stream().map(Schedulers::line).collect(Collectors.joining("; ")));
        Schedulers schedulers = new Schedulers(catalog, chosen, configuration);
        schedulers.refuseStraySettings();
        schedulers.refuseUnknownSettings();
        schedulers.create(chosen);
        return schedulers;
    }

    private static String line(CatalogEntry entry) {
        return entry.descriptor().name() + " (level " + entry.level() + ", traits "
                + entry.descriptor().traits() + ", " + entry.origin() + ")";
    }

    /** By name: directories list their files in any order. What is no jar may lie there, such as a README. */
    private static List<Path> jars(Path directory) {
        TreeSet<Path> jars = new TreeSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".jar")) {
                    jars.add(file);
                }
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "plug-in directory " + directory + " "
                            + (Files.isDirectory(directory)
                                    ? "cannot be read: " + FileProblem.of(e)
                                    : Files.exists(directory) ? "is no directory" : "does not exist")
                            + "; name a directory with the jars of plug-ins",
                    e);
        }
        if (jars.isEmpty()) {
            // A deployment may always name a directory, and have plug-ins in it or not.
            LOG.warn("no jars in plug-in directory {}", directory);
        }
        return List.copyOf(jars);
    }

    /** All schedulers. */
    public SchedulerCatalog catalog() {
        return catalog;
    }

    /** The name of the scheduler to begin with. */
    public String chosen() {
        return chosen;
    }

    /**
     * Creates a planner, with the settings that are meant for it.
     *
     * @throws MaintainerException as {@link SchedulerCatalog#create} does
     */
    @Override
    public Scheduler create(String name) {
        return catalog.create(name, settingsOf(name));
    }

    @Override
    public SortedSet<Trait> traits(String name) {
        return catalog.traits(name);
    }

    private SortedMap<String, String> settingsOf(String name) {
        SortedMap<String, String> settings = new TreeMap<>();
        SortedMap<String, String> spellings = new TreeMap<>();
        configuration.forEach((spelling, value) -> {
            String owner = owner(spelling);
            if (owner.isEmpty() ? name.equals(chosen) : name.equals(owner)) {
                String key = owner.isEmpty() ? spelling : spelling.substring(owner.length() + 1);
                String former = spellings.put(key, spelling);
                if (former != null) {
                    throw new MaintainerException(
                            ErrorCode.BAD_CONFIGURATION,
                            "settings '" + former + "' and '" + spelling + "' are both '" + key + "' of scheduler '"
                                    + name + "'; keep one");
                }
                settings.put(key, value);
            }
        });
        return settings;
    }

    /** Also of those that are not in use yet: they may be selected later, and then it would be too late. */
    private void refuseUnknownSettings() {
        for (SchedulerDescriptor descriptor : catalog.descriptors()) {
            catalog.check(descriptor.name(), settingsOf(descriptor.name()));
        }
    }

    /** The scheduler that a setting names; empty if it names none, and so is for the chosen one. */
    private String owner(String key) {
        int dot = key.indexOf('.');
        String first = dot < 0 ? "" : key.substring(0, dot);
        return catalog.names().contains(first) || !isOfChosen(key) ? first : "";
    }

    private boolean isOfChosen(String key) {
        return catalog.descriptors().stream()
                .filter(descriptor -> descriptor.name().equals(chosen))
                .anyMatch(descriptor -> descriptor.declares(key));
    }

    /** Settings of schedulers that there are not would be settings that nobody reads; neither is it guessed whose one is. */
    private void refuseStraySettings() {
        for (String key : configuration.keySet()) {
            String owner = owner(key);
            if (!owner.isEmpty() && !catalog.names().contains(owner)) {
                // Without a chosen scheduler the catalog says which there are.
                String keys = catalog.descriptors().stream()
                        .filter(descriptor -> descriptor.name().equals(chosen))
                        .map(descriptor -> "; the keys of '" + chosen + "' are "
                                + descriptor.keys().keySet())
                        .collect(Collectors.joining());
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "setting '" + key + "' is for scheduler '" + owner + "', and there is none; there are "
                                + catalog.names() + keys);
            }
            if (!owner.isEmpty() && !owner.equals(chosen) && isOfChosen(key)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "setting '" + key + "' may be for scheduler '" + owner + "' or for '" + chosen
                                + "', which declares such a key; write '" + chosen + "." + key + "' or '" + owner + "."
                                + key + "'");
            }
        }
    }
}
