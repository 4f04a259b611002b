package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;

/**
 * An answer.
 *
 * @param status of HTTP
 * @param body an object
 */
record ApiAnswer(int status, ObjectNode body) {
    static final int OK = 200;
    static final int CREATED = 201;
    static final int ACCEPTED = 202;
    static final int BAD = 400;
    static final int UNKNOWN = 404;
    static final int METHOD = 405;
    static final int CONFLICT = 409;
    static final int OTHER_VERSION = 412;
    static final int REUSED_KEY = 422;
    static final int TOO_MANY = 429;
    static final int BROKEN = 500;
    static final int UNAVAILABLE = 503;

    /** Chars of a message; what people have sent may be in it, and some answers are kept. */
    private static final int LONGEST_MESSAGE = 8_192;

    static ApiAnswer ok(ObjectNode body) {
        return new ApiAnswer(OK, body);
    }

    static ApiAnswer error(int status, ErrorCode code, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("code", code.code());
        body.put("error", code.name());
        body.put("message", Printable.shortened(message, LONGEST_MESSAGE));
        return new ApiAnswer(status, body);
    }

    static ApiAnswer of(MaintainerException e) {
        int status = switch (e.code()) {
            case BAD_INPUT, BAD_CONFIGURATION, SOURCE_UNAVAILABLE, SINK_UNAVAILABLE, UNKNOWN_SCHEDULER -> BAD;
            case UNKNOWN_NAME -> UNKNOWN;
            case NODE_UNAVAILABLE, METADATA_UNAVAILABLE -> UNAVAILABLE;
            default -> CONFLICT;
        };
        return error(status, e.code(), String.valueOf(e.getMessage()));
    }
}
