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
 * @param base64 its bytes
 */
record DumpLine(String path, int version, String base64) {
    private static final Pattern LINE = Pattern.compile(
            "\\{\"path\": \"([A-Za-z0-9._/%-]+)\", \"version\": ([0-9]{1,9}), \"value\": \"([A-Za-z0-9+/=]*)\"}");

    static DumpLine of(String path, int version, byte[] value) {
        return new DumpLine(path, version, Base64.getEncoder().encodeToString(value));
    }

    byte[] value() {
        return Base64.getDecoder().decode(base64);
    }

    /** Paths of records have no character that JSON would escape. */
    String text() {
        return "{\"path\": \"" + path + "\", \"version\": " + version + ", \"value\": \"" + base64 + "\"}";
    }

    /** Null if it is none. */
    static @Nullable DumpLine read(String text) {
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            return null;
        }
        DumpLine read = new DumpLine(line.group(1), Integer.parseInt(line.group(2)), line.group(3));
        try {
            return read.value().length > 0 ? read : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
