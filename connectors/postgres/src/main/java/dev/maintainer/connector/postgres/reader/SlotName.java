package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.util.regex.Pattern;

/**
 * The name of a replication slot.
 *
 * @param text as the server allows it: at most 63 lower-case letters, digits and underscores
 */
public record SlotName(String text) {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9_]{1,63}");

    /** Refuses, with {@code BAD_CONFIGURATION}, what the server would. */
    public SlotName {
        if (!ALLOWED.matcher(text).matches()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the name of a replication slot is " + Printable.quoted(text)
                            + "; use 1 to 63 lower-case letters, digits and underscores");
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
