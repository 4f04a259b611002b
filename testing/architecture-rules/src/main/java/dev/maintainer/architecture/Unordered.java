package dev.maintainer.architecture;

import com.tngtech.archunit.core.domain.AccessTarget;
import java.util.Set;

/** What makes a collection whose order of iteration nobody has chosen, or that differs from one JVM to the next. */
final class Unordered {
    private static final Set<String> OWNERS = Set.of(
            "java.util.HashMap",
            "java.util.HashSet",
            "java.util.Hashtable",
            "java.util.IdentityHashMap",
            "java.util.WeakHashMap",
            "java.util.concurrent.ConcurrentHashMap");
    private static final Set<String> COPIES = Set.of("of", "ofEntries", "copyOf");
    private static final Set<String> ALWAYS_HASHED =
            Set.of("toSet", "toUnmodifiableSet", "toUnmodifiableMap", "toConcurrentMap", "groupingByConcurrent");

    private Unordered() {}

    static boolean matches(AccessTarget target) {
        String owner = target.getOwner().getName();
        String name = target.getName();
        return OWNERS.contains(owner)
                || ((owner.equals("java.util.Set") || owner.equals("java.util.Map")) && COPIES.contains(name))
                || (owner.equals("java.util.stream.Collectors") && isHashed(name, Ambient.parameters(target)));
    }

    /** The longest overload takes the factory of the map, and with it the choice of an order. */
    private static boolean isHashed(String collector, int parameters) {
        return ALWAYS_HASHED.contains(collector)
                || (collector.equals("toMap") && parameters < 4)
                || (collector.equals("groupingBy") && parameters < 3);
    }
}
