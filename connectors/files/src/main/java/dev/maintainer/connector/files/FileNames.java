package dev.maintainer.connector.files;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The file names of one directory, where no two may differ in upper and lower case only: some file systems take those for
 * one. Whoever comes first has the plain name. Not thread-safe.
 */
final class FileNames {
    private final String suffix;
    private final Map<String, String> byName = new HashMap<>();
    private final Set<String> taken = new HashSet<>();

    /**
     * An empty directory.
     *
     * @param suffix ends all names
     * @param reserved files that are there for another purpose
     */
    FileNames(String suffix, Set<String> reserved) {
        this.suffix = suffix;
        reserved.forEach(each -> taken.add(each.toLowerCase(Locale.ROOT)));
    }

    /** The file name for a name; always the same one. */
    String of(String name) {
        return byName.computeIfAbsent(name, any -> {
            String usual = FileName.of(name, suffix);
            if (taken.add(usual.toLowerCase(Locale.ROOT))) {
                return usual;
            }
            String other = FileName.withDigest(name, suffix);
            if (!taken.add(other.toLowerCase(Locale.ROOT))) {
                throw new IllegalStateException("two names have the digest of '" + name + "'");
            }
            return other;
        });
    }
}
