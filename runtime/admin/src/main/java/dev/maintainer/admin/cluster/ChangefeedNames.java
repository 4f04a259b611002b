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
                "no changefeed is called " + Printable.quoted(name) + NearestName.question(name, names));
    }

    /** A text in a body that must be there. */
    static String text(JsonNode body, String field) throws MaintainerException {
        JsonNode value = body.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the body needs '" + field + "', a text"
                            + (value.isMissingNode() ? "" : ", and has " + Printable.quoted(value.toString())));
        }
        return value.asText();
    }
}
