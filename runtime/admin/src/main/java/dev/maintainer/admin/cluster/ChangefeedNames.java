package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import java.util.Collection;
import java.util.TreeSet;

/** How people name changefeeds. */
final class ChangefeedNames {
    private static final int MOST_SHOWN = 100;

    private ChangefeedNames() {}

    /**
     * The changefeed of that name among those that there are.
     *
     * @throws MaintainerException with {@code UNKNOWN_NAME} and the nearest name if there is none
     */
    static ChangefeedId resolve(Collection<ChangefeedId> known, String name) throws MaintainerException {
        TreeSet<String> names = new TreeSet<>();
        for (ChangefeedId each : known) {
            if (each.name().equals(name)) {
                return each;
            }
            names.add(each.name());
        }
        throw new MaintainerException(
                ErrorCode.UNKNOWN_NAME,
                "no changefeed is called " + Printable.quoted(shortened(name))
                        + NearestName.question(shortened(name), names));
    }

    /** Refuses a field that a body does not have, which may be a misspelt one. */
    static void refuseOthers(JsonNode body, Collection<String> fields) throws MaintainerException {
        body.fieldNames().forEachRemaining(name -> {
            if (!fields.contains(name)) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "the body has a field " + Printable.quoted(shortened(name))
                                + NearestName.question(shortened(name), fields)
                                + (fields.isEmpty()
                                        ? ", and this request takes none"
                                        : "; it may have " + String.join(", ", new TreeSet<>(fields))));
            }
        });
    }

    /** A name from outside that people are told; nobody reads all of a long one. */
    static String shortened(String name) {
        return Printable.shortened(name, MOST_SHOWN);
    }

    /** A text in a body that must be there. */
    static String text(JsonNode body, String field) throws MaintainerException {
        JsonNode value = body.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the body needs '" + field + "', a text"
                            + (value.isMissingNode()
                                    ? ""
                                    : ", and has " + Printable.line(shortened(value.toString()))));
        }
        return value.asText();
    }
}
