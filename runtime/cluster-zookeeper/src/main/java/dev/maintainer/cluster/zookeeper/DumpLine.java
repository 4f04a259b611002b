package dev.maintainer.cluster.zookeeper;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A record in a file.
 *
 * @param path below the root
 * @param version of the record
 * @param value its bytes
 */
record DumpLine(String path, int version, byte[] value) {
    private static final Pattern LINE = Pattern.compile(
            "\\{\"path\": \"([A-Za-z0-9._/%-]+)\", \"version\": ([0-9]{1,9}), \"value\": \"([A-Za-z0-9+/=]*)\"}");

    /** Paths of records have no character that JSON would escape. */
    String text() {
        return "{\"path\": \"" + path + "\", \"version\": " + version + ", \"value\": \""
                + Base64.getEncoder().encodeToString(value) + "\"}";
    }

    /** Null if it is none. */
    static @Nullable DumpLine read(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            return null;
        }
        try {
            return new DumpLine(
                    line.group(1),
                    Integer.parseInt(line.group(2)),
                    Base64.getDecoder().decode(line.group(3)));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
