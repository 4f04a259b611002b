package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.coordinator.DrainView;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Empties a node before it stops: asks whoever leads, and asks again, since leaders change, until nothing is on it any more. */
final class NodeDrain {
    private static final long PERIOD_MILLIS = 200;
    /** A leader that is not there, or drains another node, is not asked so often. */
    private static final long REFUSED_MILLIS = 500;

    private static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ClusterNode node;
    private final ClusterApi api;

    NodeDrain(ClusterNode node, ClusterApi api) {
        this.node = node;
        this.api = api;
    }

    /**
     * Waits for it.
     *
     * @param atMost how long
     * @param enough whether to stop waiting
     * @param progress is told how far it is, about once a second
     * @return whether nothing is on the node any more
     */
    boolean await(Duration atMost, BooleanSupplier enough, Consumer<String> progress) throws InterruptedException {
        String path = "/v1/nodes/" + node.self() + "/drain";
        long until = System.nanoTime() + atMost.toNanos();
        String state = "";
        String told = "";
        long left = until - System.nanoTime();
        while (left > 0 && !enough.getAsBoolean()) {
            // A drain that is under way is asked about; one that a new leader does not know is asked for.
            boolean known = state.equals(DrainView.State.DRAINING.name());
            ApiAnswer answer = ask(known ? "GET" : "POST", path, Math.min(left, ANSWER_NANOS));
            state = answer.body().path("state").asText();
            if (state.equals(DrainView.State.DRAINED.name())) {
                return true;
            }
            String text = answer.body()
                    .path(answer.status() / 100 == 2 ? "text" : "message")
                    .asText();
            if (!text.equals(told)) {
                told = text;
                progress.accept(text);
            }
            TimeUnit.MILLISECONDS.sleep(answer.status() / 100 == 2 ? PERIOD_MILLIS : REFUSED_MILLIS);
            left = until - System.nanoTime();
        }
        return false;
    }

    private ApiAnswer ask(String method, String path, long nanos) throws InterruptedException {
        CompletableFuture<ApiAnswer> answer = api.handle(new ApiRequest(
                method,
                path,
                Collections.emptySortedMap(),
                JsonNodeFactory.instance.objectNode(),
                "node",
                null,
                null,
                false));
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return new ApiAnswer(ApiAnswer.UNAVAILABLE, JsonNodeFactory.instance.objectNode());
        }
    }
}
