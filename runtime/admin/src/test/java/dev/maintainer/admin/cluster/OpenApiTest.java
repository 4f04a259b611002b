package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OpenApiTest {
    @Test
    @DisplayName("openapi.json describes what the interface takes, and with which role")
    void routes() {
        Map<String, String> described = new TreeMap<>();
        OpenApi.document()
                .path("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    JsonNode is = operation.getValue();
                    described.put(
                            operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                            is.path("operationId").asText() + " "
                                    + is.path("x-role").asText());
                }));
        Map<String, String> taken = new TreeMap<>();
        for (ApiRoute route : ApiRoute.values()) {
            taken.put(
                    route.method() + " " + route.template(),
                    route.name() + " " + route.least().name().toLowerCase(Locale.ROOT));
        }
        assertThat(described).isEqualTo(taken);
    }
}
