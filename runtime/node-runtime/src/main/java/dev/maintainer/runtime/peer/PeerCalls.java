package dev.maintainer.runtime.peer;

import dev.maintainer.api.model.NodeId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Questions that one node asks others, and answers to theirs: for requests of people that another node has to answer. What
 * they mean is up to both ends. Thread-safe.
 *
 * @since 0.1.0
 */
public interface PeerCalls {
    /** The longest request, in bytes. */
    int MAX_REQUEST_BYTES = 1 << 20;
    /** The longest answer, in bytes. */
    int MAX_ANSWER_BYTES = 4 << 20;
    /** How many calls a process makes at a time, and how many it answers at a time. */
    int MOST_AT_A_TIME = 64;

    /** Answers requests of other nodes. */
    @FunctionalInterface
    interface Handler {
        /**
         * Answers a request. Called by threads of the network, so it must not block.
         *
         * @param from a member of the cluster
         * @param request what it asks, at most {@link #MAX_REQUEST_BYTES}
         * @return the answer, at most {@link #MAX_ANSWER_BYTES}; one that fails is told to the caller as a request that may
         *     have been executed. What comes after the caller's timeout is dropped
         */
        CompletableFuture<byte[]> answer(NodeId from, byte[] request);
    }

    /**
     * Asks a node. Does not block. The request is sent at most once.
     *
     * @param to any member of the cluster, this node too
     * @param request what to ask; not changed afterwards
     * @param timeout how long to wait for the answer; more than 0
     * @return completed by a thread of the network, which must not be blocked; it fails with a {@link PeerCallException},
     *     within the timeout and a moment
     */
    CompletableFuture<byte[]> call(NodeId to, byte[] request, Duration timeout);

    /**
     * From now on answers what other nodes ask. Before, they are told to ask again later.
     *
     * @param handler answers; replaces the former one
     */
    void serve(Handler handler);
}
