package dev.maintainer.node.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

/**
 * Names, keys, reasons and messages as people may see them. A character that would steer a terminal, end a line or turn the
 * direction of writing is shown as its escape, such as {@code \\u001b}.
 */
public final class Printable {
    private Printable() {}

    /** One line, without any such character. */
    public static String line(String text) {
        return escape(text, false);
    }

    /** Text that may have several lines; line feeds and tabs stay. */
    public static String lines(String text) {
        return escape(text, true);
    }

    /** A copy in which every text is one line; names of fields too. */
    public static JsonNode tree(JsonNode node) {
        if (node.isTextual()) {
            return new TextNode(line(node.textValue()));
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(field -> copy.set(line(field.getKey()), tree(field.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode(array.size());
            array.forEach(each -> copy.add(tree(each)));
            return copy;
        }
        return node;
    }

    private static String escape(String text, boolean lines) {
        StringBuilder escaped = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!steers(c) || (lines && (c == '\n' || c == '\t'))) {
                if (escaped != null) {
                    escaped.append(c);
                }
                continue;
            }
            if (escaped == null) {
                escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
            }
            escaped.append(
                    switch (c) {
                        case '\n' -> "\\n";
                        case '\r' -> "\\r";
                        case '\t' -> "\\t";
                        default -> String.format("\\u%04x", (int) c);
                    });
        }
        return escaped == null ? text : escaped.toString();
    }

    private static boolean steers(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            // Those that turn the direction; the others join letters, which some scripts need.
            case Character.FORMAT -> (c >= '\u202a' && c <= '\u202e') || (c >= '\u2066' && c <= '\u2069');
            default -> false;
        };
    }
}
