package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;

/** Requests and answers on their way between two nodes. */
final class ApiEnvelope {
    private static final JsonMapper JSON = new JsonMapper();

    private ApiEnvelope() {}

    static byte[] write(ApiRequest request) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("method", request.method());
        out.put("path", request.path());
        out.set("body", request.body());
        out.put("principal", request.principal());
        out.put("ifVersion", request.ifVersion());
        out.put("idempotencyKey", request.idempotencyKey());
        ObjectNode query = out.putObject("query");
        request.query().forEach(query::put);
        return bytes(out);
    }

    /** The request that another node has passed on. */
    static ApiRequest request(byte[] bytes) throws MaintainerException {
        JsonNode in = read(bytes);
        SortedMap<String, String> query = new TreeMap<>();
        in.path("query")
                .properties()
                .forEach(each -> query.put(each.getKey(), each.getValue().asText()));
        String path = in.path("path").asText();
        if (!path.startsWith("/")) {
            throw unreadable();
        }
        return new ApiRequest(
                in.path("method").asText(),
                path,
                query,
                in.path("body").isObject() ? in.path("body") : JsonNodeFactory.instance.objectNode(),
                in.path("principal").asText(),
                in.path("ifVersion").textValue(),
                in.path("idempotencyKey").textValue(),
                true);
    }

    static byte[] write(ApiAnswer answer) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("status", answer.status());
        out.set("body", answer.body());
        return bytes(out);
    }

    static ApiAnswer answer(byte[] bytes) throws MaintainerException {
        JsonNode in = read(bytes);
        int status = in.path("status").asInt();
        if (status < 100 || status > 599 || !(in.path("body") instanceof ObjectNode body)) {
            throw unreadable();
        }
        return new ApiAnswer(status, body);
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return JSON.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of JSON could not be written", e);
        }
    }

    private static JsonNode read(byte[] bytes) {
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw unreadable();
        }
    }

    private static MaintainerException unreadable() {
        return new MaintainerException(
                ErrorCode.BAD_INPUT, "another node has sent what this one cannot read; both need the same release");
    }
}
