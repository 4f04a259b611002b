package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the interface for tools; {@link ApiRoute} has the same routes, which a test compares. */
final class OpenApi {
    private OpenApi() {}

    static ObjectNode document() {
        try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
            if (in == null) {
                throw new FileNotFoundException("openapi.json is not beside " + OpenApi.class.getName());
            }
            return (ObjectNode) new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
