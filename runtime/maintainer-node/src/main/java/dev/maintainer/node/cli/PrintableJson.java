package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.maintainer.api.text.Printable;

/** Answers as people may see them. */
final class PrintableJson {
    private PrintableJson() {}

    /** A copy in which every text is one line; names of fields too. */
    static JsonNode of(JsonNode node) {
        if (node.isTextual()) {
            return new TextNode(Printable.line(node.textValue()));
        }
        if (node instanceof ObjectNode object) {
            ObjectNode copy = object.objectNode();
            object.properties().forEach(field -> copy.set(Printable.line(field.getKey()), of(field.getValue())));
            return copy;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode copy = array.arrayNode(array.size());
            array.forEach(each -> copy.add(of(each)));
            return copy;
        }
        return node;
    }
}
