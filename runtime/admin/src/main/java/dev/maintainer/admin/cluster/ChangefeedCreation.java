package dev.maintainer.admin.cluster;

import static dev.maintainer.admin.cluster.ClusterApi.answered;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Creates a changefeed, on the leader: validates it, hands it to the coordinator, and looks what is stored in the end, since
 * somebody else may have created another one of the same name, and leadership may end in between.
 */
final class ChangefeedCreation {
    private static final Duration VALIDATION = Duration.ofSeconds(4);
    private static final Duration PERIOD = Duration.ofMillis(50);
    private static final int LOOKS = 80;

    /** How far a creation is; it is not begun any more after it was given up. */
    private enum Step {
        VALIDATING,
        CREATING,
        GIVEN_UP
    }

    private static final String START_TS = "startTs";
    private static final String REDO = "redo";
    private static final Set<String> FIELDS = Set.of("name", "source", "sink", "scheduler", START_TS, REDO, "options");

    /** What is wanted. */
    private record Wanted(
            ChangefeedId id,
            String scheduler,
            ChangefeedConfiguration configuration,
            OptionalLong startTs,
            boolean dryRun) {}

    private final ClusterNode node;
    private final Executor blocking;
    private final Delay delay;
    /** Whose the places are where changefeeds write that are being created at this moment. */
    private final Map<String, ChangefeedId> creating = new ConcurrentHashMap<>();

    /** @param blocking runs what may wait for a source or a sink */
    ChangefeedCreation(ClusterNode node, Executor blocking, Delay delay) {
        this.node = node;
        this.blocking = blocking;
        this.delay = delay;
    }

    CompletableFuture<ApiAnswer> create(ApiRequest request) {
        Wanted wanted = wanted(request);
        ChangefeedView present = node.coordinator().views().get(wanted.id());
        if (present != null) {
            return answered(compared(wanted, present, ApiAnswer.OK));
        }
        AtomicReference<Step> step = new AtomicReference<>(Step.VALIDATING);
        CompletableFuture<ApiAnswer> answer = new CompletableFuture<>();
        Set<String> taken = ConcurrentHashMap.newKeySet();
        CompletableFuture<ApiAnswer> unused = CompletableFuture.completedFuture(wanted)
                .thenApplyAsync(
                        asked -> {
                            take(asked, taken);
                            return startTs(asked);
                        },
                        blocking)
                .thenCompose(from -> validated(wanted, from, step))
                .whenComplete((known, failure) -> {
                    taken.forEach(where -> creating.remove(where, wanted.id()));
                    if (failure == null) {
                        answer.complete(known);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
        delay.after(VALIDATION, () -> {
            if (step.compareAndSet(Step.VALIDATING, Step.GIVEN_UP)) {
                answer.complete(ClusterApi.unavailable("the source and the sink of changefeed "
                        + wanted.id().name() + " were not opened within " + VALIDATION.toSeconds()
                        + " s, so it was not created; look whether they can be reached, and ask again"));
            }
        });
        return answer;
    }

    // ---- what is wanted --------------------------------------------------------------------------------------------

    private Wanted wanted(ApiRequest request) {
        JsonNode body = request.body();
        ChangefeedNames.refuseOthers(body, FIELDS);
        ChangefeedId id = named(ChangefeedNames.text(body, "name"));
        ChangefeedConfiguration configuration = configuration(body);
        String scheduler = body.has("scheduler") ? ChangefeedNames.text(body, "scheduler") : "";
        if (!scheduler.isEmpty() && !node.schedulers().contains(scheduler)) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_SCHEDULER,
                    "no scheduler is called " + Printable.quoted(ChangefeedNames.shortened(scheduler))
                            + NearestName.question(ChangefeedNames.shortened(scheduler), node.schedulers())
                            + "; there are "
                            + String.join(", ", node.schedulers()));
        }
        return new Wanted(id, scheduler, configuration, startTs(body), request.isDryRun());
    }

    private static ChangefeedId named(String name) {
        try {
            return new ChangefeedId(name);
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    Printable.line(String.valueOf(e.getMessage()).replace(name, ChangefeedNames.shortened(name))),
                    e);
        }
    }

    private static ChangefeedConfiguration configuration(JsonNode body) {
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("source", ChangefeedNames.text(body, "source"));
        settings.put("sink", ChangefeedNames.text(body, "sink"));
        JsonNode options = body.path("options");
        if (!options.isMissingNode() && !options.isObject()) {
            throw bad("options must be an object of texts, with keys such as source.KEY and sink.KEY");
        }
        options.properties().forEach(option -> {
            String key = option.getKey();
            if (!key.startsWith("source.") && !key.startsWith("sink.")) {
                throw bad("the option " + Printable.quoted(key)
                        + " must begin with source. or sink., whose setting it is");
            }
            if (!option.getValue().isValueNode() || option.getValue().isNull()) {
                throw bad("the option " + Printable.quoted(key) + " must be a text, a number or a truth value");
            }
            settings.put(key, option.getValue().asText());
        });
        // Kept, so that somebody who creates it again, to begin elsewhere, is told that it exists.
        startTs(body).ifPresent(ts -> settings.put(START_TS, Long.toString(ts)));
        redo(body).ifPresent(place -> settings.put(REDO, place));
        return new ChangefeedConfiguration(settings);
    }

    /** Where the redo log is, as said; {@code true} for beside the sink, empty for none. */
    private static Optional<String> redo(JsonNode body) {
        JsonNode said = body.path(REDO);
        if (said.isMissingNode() || (said.isBoolean() && !said.asBoolean())) {
            return Optional.empty();
        }
        if (!said.isBoolean() && (!said.isTextual() || said.asText().isBlank())) {
            throw bad("redo " + Printable.line(ChangefeedNames.shortened(said.toString()))
                    + " must be true, for a log beside the sink, or a text, the address of a directory, files:DIR");
        }
        return Optional.of(said.asText());
    }

    private static OptionalLong startTs(JsonNode body) {
        JsonNode said = body.path(START_TS);
        if (said.isMissingNode()) {
            return OptionalLong.empty();
        }
        if (!said.isIntegralNumber()
                || !said.canConvertToLong()
                || said.asLong() < 1
                || said.asLong() == Long.MAX_VALUE) {
            throw bad("startTs " + Printable.line(ChangefeedNames.shortened(said.toString()))
                    + " must be a number, a TSO of the source");
        }
        return OptionalLong.of(said.asLong());
    }

    /**
     * Refuses a changefeed that would write where another one does: each of the two would take the rows of the other one for its
     * own. Blocks, since a place may have to be looked up.
     */
    private void take(Wanted wanted, Set<String> taken) {
        SortedSet<String> places = node.places(wanted.configuration());
        for (String place : places) {
            ChangefeedId other = creating.putIfAbsent(place, wanted.id());
            if (other != null && !other.equals(wanted.id())) {
                throw shared(wanted, other);
            }
            taken.add(place);
        }
        // Only now: whoever is stored from here on has found the places taken.
        node.coordinator().views().forEach((id, view) -> {
            if (!id.equals(wanted.id()) && !Collections.disjoint(places, node.places(view.configuration()))) {
                throw shared(wanted, id);
            }
        });
    }

    private static MaintainerException shared(Wanted wanted, ChangefeedId other) {
        return new MaintainerException(
                ErrorCode.REQUEST_REFUSED,
                "changefeed " + wanted.id().name() + " would write to the sink of changefeed " + other.name()
                        + " or its redo log, and two that write to one destroy what is there; name another directory or sink");
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_INPUT, message);
    }

    /** Blocks. */
    private long startTs(Wanted wanted) {
        return node.validate(
                wanted.id(), wanted.configuration(), (earliest, end) -> chosen(wanted.startTs(), earliest, end));
    }

    private static long chosen(OptionalLong said, long earliest, OptionalLong end) {
        long from = said.orElse(earliest);
        if (from < earliest) {
            throw bad("startTs " + from + " must be at least " + earliest + ", where the source begins");
        }
        if (end.isPresent() && from > end.getAsLong()) {
            throw bad("startTs " + from + " must be at most " + end.getAsLong() + ", where the source ends");
        }
        return from;
    }

    // ---- what becomes of it ----------------------------------------------------------------------------------------

    private CompletableFuture<ApiAnswer> validated(Wanted wanted, long from, AtomicReference<Step> step) {
        if (!step.compareAndSet(Step.VALIDATING, Step.CREATING)) {
            return answered(ClusterApi.unavailable("given up"));
        }
        if (wanted.dryRun()) {
            return answered(new ApiAnswer(ApiAnswer.OK, row(wanted).put("startTs", from)));
        }
        long epoch = node.leaderEpoch();
        boolean leads = node.coordinator()
                .createIfLeading(new CoordinatorInput.CreateChangefeed(
                        wanted.id(),
                        from,
                        wanted.scheduler(),
                        wanted.configuration().settings().containsKey(REDO),
                        wanted.configuration()));
        if (!leads) {
            throw new CompletionException(lost(wanted));
        }
        return delay.poll(PERIOD, LOOKS, () -> stored(wanted, from, epoch), () -> {
            ObjectNode row = row(wanted);
            row.put("startTs", from);
            row.put("message", "changefeed " + wanted.id().name() + " is not stored yet; look whether it is");
            return new ApiAnswer(ApiAnswer.ACCEPTED, row);
        });
    }

    /** Null as long as it is not stored. */
    private @Nullable ApiAnswer stored(Wanted wanted, long from, long epoch) {
        ChangefeedView present = node.coordinator().views().get(wanted.id());
        if (present != null) {
            ApiAnswer answer = compared(wanted, present, ApiAnswer.CREATED);
            if (answer.status() == ApiAnswer.CREATED) {
                answer.body().put("startTs", from);
            }
            return answer;
        }
        if (node.leaderEpoch() != epoch) {
            throw lost(wanted);
        }
        return null;
    }

    private MaintainerException lost(Wanted wanted) {
        return new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "node " + node.self() + " has ceased to lead while it created changefeed "
                        + wanted.id().name()
                        + ", which may be stored or not; send the same request again, which does no harm");
    }

    /** What is stored counts, whoever has created it. */
    private ApiAnswer compared(Wanted wanted, ChangefeedView present, int same) {
        String name = wanted.id().name();
        if (present.wanted() == DesiredState.REMOVE) {
            return ApiAnswer.error(
                    ApiAnswer.CONFLICT,
                    ErrorCode.REQUEST_REFUSED,
                    "changefeed " + name + " is being removed; create it again when it is gone");
        }
        if (!present.configuration().equals(wanted.configuration())
                || !present.scheduler().equals(wanted.scheduler())) {
            return ApiAnswer.error(
                    ApiAnswer.CONFLICT,
                    ErrorCode.REQUEST_REFUSED,
                    "changefeed " + name + " exists with another " + difference(wanted, present)
                            + "; remove it, or choose another name");
        }
        ObjectNode row = row(wanted).put("version", present.version());
        if (present.checkpointHeard()) {
            row.put("checkpointTs", present.checkpointTs());
        }
        return new ApiAnswer(same, row);
    }

    /** The first key that differs; its value may be a secret. */
    private static String difference(Wanted wanted, ChangefeedView present) {
        SortedMap<String, String> stored = present.configuration().settings();
        SortedMap<String, String> said = wanted.configuration().settings();
        TreeMap<String, String> all = new TreeMap<>(stored);
        all.putAll(said);
        return all.keySet().stream()
                .filter(key -> !Objects.equals(stored.get(key), said.get(key)))
                .findFirst()
                .map(Printable::quoted)
                .orElse("scheduler, " + Printable.quoted(present.scheduler()));
    }

    private static ObjectNode row(Wanted wanted) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("name", wanted.id().name());
        row.put("status", "/v1/changefeeds/" + wanted.id().name());
        return row;
    }
}
