package dev.maintainer.node.sink;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Names from a log as file names: percent-encoded but for {@code A-Z a-z 0-9 . _ -}, and never "." or "..". */
public final class FileName {
    private FileName() {}

    /** The file name for a name. Different names have different file names. */
    public static String encode(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("an empty name cannot be a file name");
        }
        boolean dotsOnly = name.equals(".") || name.equals("..");
        StringBuilder encoded = new StringBuilder();
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c) && !(dotsOnly && c == '.')) {
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
    public static String decode(String encoded) {
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

    private static boolean isPlain(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }
}
