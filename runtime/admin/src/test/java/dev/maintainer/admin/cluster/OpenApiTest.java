package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.admin.MaintainerVerbs.Verb;
import java.util.ArrayList;
import java.util.List;
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
            if (route.place() == ApiRoute.Place.OWNER) {
                continue;
            }
            taken.put(
                    route.method() + " " + route.template(),
                    route.name() + " " + route.least().name().toLowerCase(Locale.ROOT));
        }
        for (Verb verb : OwnerVerbs.all()) {
            taken.put(
                    OwnerVerbs.method(verb) + " /v1/changefeeds/{name}/" + OwnerVerbs.segment(verb),
                    "OWNER_" + OwnerVerbs.segment(verb).toUpperCase(Locale.ROOT).replace('-', '_') + " "
                            + OwnerVerbs.least(verb).name().toLowerCase(Locale.ROOT));
        }
        assertThat(described).isEqualTo(taken);
    }

    @Test
    @DisplayName("and with which parameters, for what owners are asked")
    void parameters() {
        for (Verb verb : OwnerVerbs.all()) {
            JsonNode is = OpenApi.document()
                    .path("paths")
                    .path("/v1/changefeeds/{name}/" + OwnerVerbs.segment(verb))
                    .path(OwnerVerbs.method(verb).toLowerCase(Locale.ROOT));
            List<String> described = new ArrayList<>();
            if (verb.changes()) {
                is.at("/requestBody/content/application~1json/schema/properties")
                        .fieldNames()
                        .forEachRemaining(described::add);
            } else {
                is.path("parameters").forEach(each -> {
                    if (each.path("in").asText().equals("query")) {
                        described.add(each.path("name").asText());
                    }
                });
            }
            assertThat(described).as(verb.path()).isEqualTo(OwnerVerbs.parameters(verb));
        }
    }
}
