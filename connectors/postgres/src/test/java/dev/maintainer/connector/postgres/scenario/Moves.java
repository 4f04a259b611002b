package dev.maintainer.connector.postgres.scenario;

import dev.maintainer.replication.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What has become of a span that was moved again and again, under three owners, while its former dispatchers wrote on.
 *
 * @param last the dispatcher that has it now
 * @param running what that one writes
 * @param former what the others have written, until they were superseded
 */
record Moves(Dispatcher last, CompletableFuture<WriteResult> running, List<CompletableFuture<WriteResult>> former) {
    static final int COUNT = 20;

    private static final int OF_AN_OWNER = 7;

    /**
     * Moves the span of a dispatcher from node to node.
     *
     * @param nodes the first of them owns the changefeed, then the second
     * @param begun the first dispatcher, which writes nothing yet
     * @param traffic waits until more was committed in the source
     */
    static Moves of(Replication replication, List<Node> nodes, Dispatcher begun, Runnable traffic) {
        Dispatcher present = begun;
        List<CompletableFuture<WriteResult>> former = new ArrayList<>();
        CompletableFuture<WriteResult> running = present.run();
        for (int move = 1; move <= COUNT; move++) {
            traffic.run();
            if (move % OF_AN_OWNER == 0) {
                long epoch = nodes.get(0).accepted.get() + 1;
                nodes.get(1).own(epoch);
                nodes.forEach(node -> node.accepted.set(epoch));
            }
            former.add(running);
            long checkpoint = present.checkpointTs();
            replication.persist(checkpoint);
            present = nodes.get(move % nodes.size()).dispatch(begun.span, checkpoint);
            running = present.run();
        }
        traffic.run();
        return new Moves(present, running, former);
    }
}
