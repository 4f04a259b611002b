package dev.maintainer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The parameters of one request, by their names. */
final class VerbArguments {
    private final AdminVerb verb;
    private final SortedMap<String, String> given;

    VerbArguments(AdminVerb verb, SortedMap<String, String> given) {
        this.verb = verb;
        this.given = Collections.unmodifiableSortedMap(new TreeMap<>(given));
    }

    @Nullable
    String get(String name) {
        return given.get(name);
    }

    String required(String name) {
        String value = given.get(name);
        if (value == null || value.isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "'" + verb.path() + "' needs a " + name + "; give it as a parameter");
        }
        return value;
    }

    long number(String name, long otherwise, long least, long most) {
        String value = given.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            // The digits of other scripts are numbers for Java.
            if (value.chars().allMatch(c -> c < 128)) {
                long number = Long.parseLong(value);
                if (number >= least && number <= most) {
                    return number;
                }
            }
        } catch (NumberFormatException e) {
            // Told below, with the limits.
        }
        throw new MaintainerException(
                ErrorCode.BAD_INPUT, name + " '" + value + "' must be a number from " + least + " to " + most);
    }

    /** Texts in a JSON array; none if the parameter is not there. */
    List<String> list(String name) {
        String value = given.get(name);
        List<String> texts = new ArrayList<>();
        if (value == null) {
            return texts;
        }
        try {
            JsonNode array = AdminJson.STRICT.readTree(value);
            if (array.isArray()) {
                array.forEach(
                        each -> texts.add(each.isTextual() && !each.textValue().isEmpty() ? each.textValue() : ""));
                if (!texts.stream().allMatch(Unicode::isWellFormed)) {
                    throw new MaintainerException(
                            ErrorCode.BAD_INPUT, name + " has half a surrogate pair; give whole characters");
                }
                if (!texts.isEmpty() && !texts.contains("")) {
                    return texts;
                }
            }
        } catch (JsonProcessingException e) {
            // Told below.
        }
        throw new MaintainerException(
                ErrorCode.BAD_INPUT, name + " must be a JSON array of texts, such as [\"k\",\"m\"]");
    }

    NodeId node() {
        return new NodeId(required("node"));
    }

    boolean flag(String name) {
        String value = given.getOrDefault(name, "false");
        if (!value.equals("true") && !value.equals("false")) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, name + " '" + value + "' must be true or false");
        }
        return value.equals("true");
    }

    @Nullable
    SpanState state(String name) {
        String value = given.get(name);
        if (value == null) {
            return null;
        }
        return Arrays.stream(SpanState.values())
                .filter(state -> state.name().equalsIgnoreCase(value))
                .findFirst()
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "no span is ever '" + value + "'; states are " + List.of(SpanState.values())));
    }

    SortedMap<String, String> all() {
        return given;
    }

    Object intervene(MaintainerAdmin admin, SchedulerCommand.Intervention intervention) {
        String span = required("span");
        return admin.intervene(changefeed(admin), span, intervention, flag("dry-run"));
    }

    Object decide(MaintainerAdmin admin, RefusalDecision decision) {
        String event = required("event");
        return admin.decide(changefeed(admin), event, decision, flag("dry-run"));
    }

    ChangefeedId changefeed(MaintainerAdmin admin) {
        return admin.changefeed(given.get("changefeed"));
    }
}
