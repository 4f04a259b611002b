package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names a scheduler and says what it is built for, what it does, what it needs and how it is configured. Plug-ins start
 * with {@link #named} and add to it:
 *
 * <pre>{@code
 * SchedulerDescriptor.named("spread")
 *         .builtFor(SpiLevel.of(2))
 *         .describedAs("spreads the spans of a table over zones")
 *         .with(Trait.BALANCES)
 *         .needs(SnapshotFeature.NODE_LABELS)
 *         .accepts("max-skew", "how far the loads of two nodes may be apart, in spans; 1 if absent")
 * }</pre>
 *
 * @param name the name by which users select it: lower case letters, digits and dashes
 * @param level the level of this contract that it was built for
 * @param description one line for people, or empty
 * @param traits what it does besides placing; sorted, unmodifiable
 * @param needs the snapshot features that it cannot work without; sorted, unmodifiable
 * @param keys the keys of its configuration, without {@code scheduler.<name>.}, or patterns of keys, and what each does;
 *     the host refuses all others; sorted, unmodifiable
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record SchedulerDescriptor(
        String name,
        SpiLevel level,
        String description,
        SortedSet<Trait> traits,
        SortedSet<SnapshotFeature> needs,
        SortedMap<String, String> keys) {
    /** The level from which on keys can be patterns. */
    public static final SpiLevel PATTERNS_SINCE = new SpiLevel(4);

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,63}");
    private static final String PLACEHOLDER = "<[a-z][a-z0-9-]{0,63}>";
    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9-]{0,63}(\\.[a-z0-9-]{1,64})*(\\." + PLACEHOLDER
            + "(\\.([a-z0-9-]{1,64}|" + PLACEHOLDER + "))*)?");
    /** What may be set for a pattern; settings come from outside. */
    private static final int LONGEST_KEY = 1_024;

    /**
     * Refuses names and keys that cannot be a part of a configuration key.
     *
     * @param name the name by which users select it: lower case letters, digits and dashes
     * @param level the level of this contract that it was built for
     * @param description one line for people, or empty
     * @param traits what it does besides placing; sorted, unmodifiable
     * @param needs the snapshot features that it cannot work without; sorted, unmodifiable
     * @param keys the keys of its configuration, without {@code scheduler.<name>.}, or patterns of keys, and what each
     *     does; the host refuses all others; sorted, unmodifiable
     * @throws IllegalArgumentException if the name, or a key, cannot be a part of a configuration key
     */
    public SchedulerDescriptor {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("scheduler name '" + name + "' must match " + NAME);
        }
        for (String key : keys.keySet()) {
            if (!KEY.matcher(key).matches()) {
                throw new IllegalArgumentException(
                        "configuration key '" + key + "' of scheduler '" + name + "' must match " + KEY);
            }
        }
        traits = Collections.unmodifiableSortedSet(new TreeSet<>(traits));
        needs = Collections.unmodifiableSortedSet(new TreeSet<>(needs));
        keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    }

    /**
     * Describes a scheduler for the oldest level that places absent spans, needs nothing and has no keys.
     *
     * @param name lower case letters, digits and dashes
     * @return a descriptor to add to
     * @throws IllegalArgumentException if the name cannot be a part of a configuration key
     */
    public static SchedulerDescriptor named(String name) {
        return new SchedulerDescriptor(
                name,
                SpiLevel.OLDEST,
                "",
                Collections.emptySortedSet(),
                Collections.emptySortedSet(),
                Collections.emptySortedMap());
    }

    /**
     * The same descriptor, built for this level.
     *
     * @param newLevel write the number, not {@link SpiLevel#CURRENT}
     * @return a new descriptor
     */
    public SchedulerDescriptor builtFor(SpiLevel newLevel) {
        return new SchedulerDescriptor(name, newLevel, description, traits, needs, keys);
    }

    /**
     * The same descriptor, with this description.
     *
     * @param newDescription one line; may be empty
     * @return a new descriptor
     */
    public SchedulerDescriptor describedAs(String newDescription) {
        return new SchedulerDescriptor(name, level, newDescription, traits, needs, keys);
    }

    /**
     * The same descriptor, with these traits added.
     *
     * @param more traits; those that it already has change nothing
     * @return a new descriptor
     */
    public SchedulerDescriptor with(Trait... more) {
        SortedSet<Trait> all = new TreeSet<>(traits);
        all.addAll(List.of(more));
        return new SchedulerDescriptor(name, level, description, all, needs, keys);
    }

    /**
     * The same descriptor, with these needs added.
     *
     * @param more needs; those that it already has change nothing
     * @return a new descriptor
     */
    public SchedulerDescriptor needs(SnapshotFeature... more) {
        SortedSet<SnapshotFeature> all = new TreeSet<>(needs);
        all.addAll(List.of(more));
        return new SchedulerDescriptor(name, level, description, traits, all, keys);
    }

    /**
     * Whether a key of a configuration is declared: as it stands, or by a pattern.
     *
     * @param key without {@code scheduler.<name>.}
     * @return false for keys that are too long
     */
    public boolean declares(String key) {
        return key.length() <= LONGEST_KEY
                && keys.keySet().stream().anyMatch(each -> isPattern(each) ? matches(each, key) : each.equals(key));
    }

    /**
     * Whether a declared key is a pattern. Since level 4.
     *
     * @param key as it is declared
     * @return true if it has placeholders, as {@code pin.<schema>.<table>}
     */
    public static boolean isPattern(String key) {
        return key.indexOf('<') >= 0;
    }

    /** One part between two dots may be empty in no name, and names may have dots: each placeholder takes one or more. */
    private static boolean matches(String pattern, String key) {
        int placeholder = pattern.indexOf('<');
        String literal = pattern.substring(0, placeholder);
        if (!key.startsWith(literal)) {
            return false;
        }
        String expression = Arrays.stream(pattern.substring(placeholder).split("\\.", -1))
                .map(part -> isPattern(part) ? ".+" : Pattern.quote(part))
                .collect(Collectors.joining("\\."));
        return Pattern.compile(expression, Pattern.DOTALL)
                .matcher(key.substring(literal.length()))
                .matches();
    }

    /**
     * The same descriptor, with this key or this pattern of keys added.
     *
     * @param key lower case letters, digits and dashes, in parts separated by dots; since level 4 parts after the first
     *     may be placeholders, as in {@code pin.<schema>.<table>}: each stands for one or more characters of any kind,
     *     including dots, so the planner decides which dot of a name is a separator
     * @param what what the key does, which values it takes, and what applies if it is absent
     * @return a new descriptor
     * @throws IllegalArgumentException if the key is already declared
     * @throws IllegalArgumentException if the key is already declared, or is not a valid key
     */
    public SchedulerDescriptor accepts(String key, String what) {
        SortedMap<String, String> all = new TreeMap<>(keys);
        if (all.put(key, what) != null) {
            throw new IllegalArgumentException("scheduler '" + name + "' declares the key '" + key + "' twice");
        }
        return new SchedulerDescriptor(name, level, description, traits, needs, all);
    }
}
