package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.text.Unicode;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import java.nio.charset.StandardCharsets;

/** Texts before they are sent as UTF-8, which has no halves of surrogate pairs. */
final class Text {
    private Text() {}

    /** Text that identifies something; another text would be something else. */
    static String name(String text) {
        if (!Unicode.isWellFormed(text)) {
            throw new WireException(Reason.INVALID, "a name has half a surrogate pair: " + text);
        }
        return text;
    }

    /** Text for people: half a surrogate pair, where somebody has cut it, must not hold up a message. */
    static String prose(String text) {
        return Unicode.isWellFormed(text)
                ? text
                : new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    }
}
