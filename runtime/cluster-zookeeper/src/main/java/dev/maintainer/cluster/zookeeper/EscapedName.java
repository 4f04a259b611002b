package dev.maintainer.cluster.zookeeper;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Names of nodes and changefeeds as parts of paths: letters, digits, dots, underscores and dashes stay, everything else is
 * the percent-encoded UTF-8, and so is a dot that begins a name, because paths must not have the parts {@code .} and
 * {@code ..}. Two names never become one.
 */
final class EscapedName {
    private EscapedName() {}

    /** Half a surrogate pair becomes a question mark here; records that name one are refused when they are encoded. */
    static String of(String name) {
        StringBuilder escaped = new StringBuilder(name.length());
        for (byte octet : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) octet;
            if (isPlain(c) && !(c == '.' && escaped.isEmpty())) {
                escaped.append(c);
            } else {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
            }
        }
        return escaped.toString();
    }

    private static boolean isPlain(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '.'
                || c == '_'
                || c == '-';
    }

    /** The name; empty if {@link #of} makes no such thing. */
    static Optional<String> read(String escaped) {
        ByteBuffer octets = ByteBuffer.allocate(escaped.length());
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (c != '%') {
                if (!isPlain(c)) {
                    return Optional.empty();
                }
                octets.put((byte) c);
            } else if (i + 2 < escaped.length()
                    && HexFormat.isHexDigit(escaped.charAt(i + 1))
                    && HexFormat.isHexDigit(escaped.charAt(i + 2))) {
                octets.put((byte) HexFormat.fromHexDigits(escaped, i + 1, i + 3));
                i += 2;
            } else {
                return Optional.empty();
            }
        }
        try {
            CharBuffer name = StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
            return Optional.of(name.toString()).filter(decoded -> of(decoded).equals(escaped));
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
