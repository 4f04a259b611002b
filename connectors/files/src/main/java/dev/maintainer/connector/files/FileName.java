package dev.maintainer.connector.files;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;

/**
 * Names from outside as file names that every file system takes: percent-encoded but for {@code A-Z a-z 0-9 . _ -}, never
 * "." or "..", never a name that Windows keeps for a device, and at most {@value #LONGEST} bytes. A short harmless name
 * stays as it is. What would be too long is cut and ends with a digest of the whole name, so different names still have
 * different file names; an index says which is which.
 */
public final class FileName {
    /** How long a file name may be, in bytes. */
    public static final int LONGEST = 255;

    /** Begins a digest. It is no plain character, so what has a digest never equals what has none. */
    private static final char DIGEST = '~';

    private static final int DIGEST_BYTES = 16;
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

    private FileName() {}

    /**
     * The file name for a name.
     *
     * @param name not empty
     * @param suffix follows the name in the directory; plain characters only
     */
    public static String of(String name, String suffix) {
        String encoded = encode(name);
        return encoded.length() + suffix.length() <= LONGEST ? encoded + suffix : withDigest(name, suffix);
    }

    /** A file name for a name whose usual one is taken, by one that differs in upper and lower case only. */
    static String withDigest(String name, String suffix) {
        String digest = DIGEST + digest(name) + suffix;
        String encoded = encode(name);
        int end = Math.min(encoded.length(), LONGEST - digest.length());
        // Not within %XX.
        for (int back = 1; back <= 2; back++) {
            if (end < encoded.length() && encoded.charAt(end - back) == '%') {
                end -= back;
                break;
            }
        }
        return encoded.substring(0, end) + digest;
    }

    /** The name as a file name of any length. Different names give different ones. */
    static String encode(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an empty name cannot be a file name");
        }
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean device = isDevice(name);
        StringBuilder encoded = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            char c = (char) (bytes[i] & 0xff);
            // Windows drops a dot at the end; "." and ".." are more than names everywhere.
            boolean dropped = c == '.' && (i == bytes.length - 1 || name.equals(".."));
            if (isPlain(c) && !dropped && !(device && i == 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return encoded.toString();
    }

    /**
     * The name for a file name.
     *
     * @throws IllegalArgumentException if {@link #encode} does not make such a file name
     */
    static String decode(String encoded) {
        byte[] bytes = new byte[encoded.length()];
        int length = 0;
        for (int i = 0; i < encoded.length(); i++) {
            char c = encoded.charAt(i);
            if (c == '%' && i + 2 < encoded.length()) {
                bytes[length++] = (byte) Integer.parseInt(encoded, i + 1, i + 3, 16);
                i += 2;
            } else {
                bytes[length++] = (byte) c;
            }
        }
        String name = new String(bytes, 0, length, StandardCharsets.UTF_8);
        if (!encode(name).equals(encoded)) {
            throw new IllegalArgumentException("'" + encoded + "' is not an encoded name");
        }
        return name;
    }

    private static boolean isDevice(String name) {
        int dot = name.indexOf('.');
        String base = (dot < 0 ? name : name.substring(0, dot)).toLowerCase(Locale.ROOT);
        return DEVICES.contains(base)
                || (base.length() == 4
                        && (base.startsWith("com") || base.startsWith("lpt"))
                        && base.charAt(3) >= '0'
                        && base.charAt(3) <= '9');
    }

    private static String digest(String name) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static boolean isPlain(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
