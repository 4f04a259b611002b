package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.runtime.node.LocalNodes;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.planner.PlannedSpans;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;

/**
 * Asks nodes, and waits for each answer as long as it may take and no longer. A maintainer answers on its own thread, between
 * two inputs; a planner, which alone keeps all spans, on its own. Thread-safe.
 */
final class NodeQuestions {
    private final LocalNodes local;
    private final long answerMillis;

    /** What nodes were asked and have not answered in time: until they do, nobody waits for them, nor asks them more. */
    private final Map<NodeId, CompletableFuture<List<MaintainerView>>> overdue = new ConcurrentHashMap<>();

    NodeQuestions(LocalNodes local, long answerMillis) {
        this.local = local;
        this.answerMillis = answerMillis;
    }

    /** How long a node may take, in milliseconds. */
    long answerMillis() {
        return answerMillis;
    }

    /** One node whose thread hangs does not hide the others: all are asked at once. */
    Survey survey() {
        Map<NodeId, CompletableFuture<List<MaintainerView>>> asked = new HashMap<>();
        List<NodeId> live = local.liveNodes();
        overdue.values().removeIf(CompletableFuture::isDone);
        overdue.keySet().retainAll(live);
        for (NodeId id : live) {
            if (!overdue.containsKey(id)) {
                local.node(id).ifPresent(node -> asked.put(id, node.views()));
            }
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(answerMillis);
        List<ChangefeedRow> rows = new ArrayList<>();
        List<NodeId> silent = new ArrayList<>(overdue.keySet());
        for (NodeId id : live) {
            CompletableFuture<List<MaintainerView>> answer = asked.get(id);
            if (answer != null) {
                try {
                    long left = Math.max(0, deadline - System.nanoTime());
                    await(answer, left, "node " + id).forEach(view -> rows.add(new ChangefeedRow(id, view)));
                } catch (MaintainerException e) {
                    silent.add(id);
                    overdue.put(id, answer);
                }
            }
        }
        return Survey.of(rows, silent);
    }

    /** What the planner of a changefeed on a node has last seen. */
    PlannedSpans planned(NodeId owner, ChangefeedId changefeed) {
        return await(
                node(owner).spans(changefeed),
                "the planner of " + changefeed + " on node " + owner + ", which alone keeps all spans,");
    }

    /** What a maintainer on a node answers; empty if it is not there any more. */
    <T> Optional<T> inspect(NodeId owner, ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        return await(node(owner).inspect(changefeed, question), "node " + owner);
    }

    /**
     * A node that lives.
     *
     * @throws MaintainerException with {@code NODE_UNAVAILABLE} if it does not
     */
    Node node(NodeId id) {
        return local.node(id)
                .orElseThrow(() ->
                        new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "node " + id + " has ended; ask again"));
    }

    private <T> T await(CompletableFuture<T> answer, String who) {
        return await(answer, TimeUnit.MILLISECONDS.toNanos(answerMillis), who);
    }

    private <T> T await(CompletableFuture<T> answer, long nanos, String who) {
        try {
            return answer.get(nanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    who + " has not answered for " + answerMillis
                            + " ms: it hangs or has too much to do; look at a thread dump of the node, or ask again",
                    e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof MaintainerException known) {
                throw known;
            }
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, who + " failed: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while waiting for " + who, e);
        }
    }
}
