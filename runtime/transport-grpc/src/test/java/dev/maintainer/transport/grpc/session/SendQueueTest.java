package dev.maintainer.transport.grpc.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.transport.grpc.frame.ByteBudget;
import dev.maintainer.transport.grpc.session.SendQueue.Outcome;
import dev.maintainer.transport.grpc.wire.RandomMessages;
import dev.maintainer.transport.grpc.wire.WireCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SendQueueTest {
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(3);

    private final ByteBudget budget = new ByteBudget(1 << 20);

    private SendQueue room(int messages) {
        return new SendQueue(messages, 1 << 20, budget);
    }

    private static DispatcherStatus status(int dispatcher, ComponentState state, long checkpoint) {
        return new DispatcherStatus(new DispatcherId(0, dispatcher), state, checkpoint);
    }

    private static WorkerReport.Heartbeat heartbeat(long executed, long checkpoint, DispatcherStatus... statuses) {
        return new WorkerReport.Heartbeat(
                FEED,
                EPOCH,
                7,
                executed,
                new Watermark(checkpoint, checkpoint, 1),
                List.of(statuses),
                false,
                List.of(new WorkerError(new NodeId("n"), ErrorCode.BAD_INPUT, "at " + checkpoint)));
    }

    private static WorkerReport.BootstrapSnapshot snapshot() {
        return new WorkerReport.BootstrapSnapshot(FEED, EPOCH, 7, 0, List.of(), List.of());
    }

    private static WorkerReport closed(int epoch) {
        return new WorkerReport.CloseDone(FEED, new MaintainerEpoch(epoch), WorkerReport.CloseOutcome.CLOSED);
    }

    private static List<Message> rest(SendQueue queue) {
        return Stream.generate(queue::poll)
                .takeWhile(message -> message != null)
                .map(Message.class::cast)
                .toList();
    }

    @Test
    @DisplayName("messages leave in the order in which they came; while there is room, each for itself")
    void inOrder() {
        SendQueue queue = room(4);
        List<Message> sent = List.of(heartbeat(1, 5), closed(1), heartbeat(1, 6), snapshot());

        sent.forEach(message -> assertThat(queue.offer(message, 0)).isEqualTo(Outcome.QUEUED));

        assertThat(queue.size()).isEqualTo(4);
        assertThat(rest(queue)).isEqualTo(sent);
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName(
            "a full queue joins heartbeats: the latest of each dispatcher, all errors, at the place of the later one")
    void joined() {
        SendQueue queue = room(2);
        queue.offer(heartbeat(4, 5, status(1, ComponentState.WORKING, 5), status(2, ComponentState.WORKING, 5)), 0);
        queue.offer(closed(1), 0);

        assertThat(queue.offer(heartbeat(4, 8, status(2, ComponentState.STOPPED, 8)), 0))
                .isEqualTo(Outcome.JOINED);

        WorkerReport.Heartbeat later = heartbeat(4, 8);
        assertThat(rest(queue))
                .containsExactly(
                        closed(1),
                        new WorkerReport.Heartbeat(
                                FEED,
                                EPOCH,
                                7,
                                4,
                                later.watermark(),
                                List.of(status(1, ComponentState.WORKING, 5), status(2, ComponentState.STOPPED, 8)),
                                false,
                                List.of(
                                        heartbeat(4, 5).errors().get(0),
                                        later.errors().get(0))));
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("a status from before a request was executed is not told as one from after it")
    void executedInBetween() {
        SendQueue queue = room(1);
        queue.offer(heartbeat(4, 5, status(1, ComponentState.WORKING, 5)), 0);

        queue.offer(heartbeat(5, 8, status(2, ComponentState.WORKING, 8)), 0);

        assertThat(rest(queue))
                .singleElement()
                .extracting(message -> ((WorkerReport.Heartbeat) message).statuses())
                .isEqualTo(List.of(status(2, ComponentState.WORKING, 8)));
    }

    @Test
    @DisplayName("beside a complete heartbeat nothing of an earlier one counts")
    void complete() {
        SendQueue queue = room(1);
        queue.offer(heartbeat(4, 5, status(1, ComponentState.WORKING, 5)), 0);
        WorkerReport.Heartbeat all = new WorkerReport.Heartbeat(
                FEED, EPOCH, 7, 4, null, List.of(status(2, ComponentState.WORKING, 6)), true, List.of());

        queue.offer(all, 0);

        assertThat(rest(queue)).singleElement().satisfies(message -> {
            WorkerReport.Heartbeat joined = (WorkerReport.Heartbeat) message;
            assertThat(joined.statuses()).isEqualTo(all.statuses());
            assertThat(joined.complete()).isTrue();
            assertThat(joined.watermark()).isNull();
        });
    }

    @Test
    @DisplayName("heartbeats are not joined across a snapshot of their pipeline, nor with those of another owner")
    void notJoined() {
        SendQueue queue = room(2);
        queue.offer(heartbeat(4, 5, status(1, ComponentState.WORKING, 5)), 0);
        queue.offer(snapshot(), 0);
        assertThat(queue.offer(heartbeat(4, 6), 0)).isEqualTo(Outcome.CONGESTED);

        SendQueue other = room(1);
        other.offer(heartbeat(4, 5), 0);
        WorkerReport.Heartbeat newOwner = new WorkerReport.Heartbeat(
                FEED, EPOCH.next(), 7, 4, new Watermark(5, 5, 1), List.of(), false, List.of());
        assertThat(other.offer(newOwner, 0)).isEqualTo(Outcome.CONGESTED);
    }

    @Test
    @DisplayName(
            "what only rises is replaced by its successor when the queue is full; anything else is refused, and stays as it is")
    void replaced() {
        List<Message> full = List.of(
                new WorkerCommand.Release(FEED, EPOCH, 5),
                new WorkerCommand.RemoveDispatcher(FEED, EPOCH, new DispatcherId(0, 1), OperatorType.REMOVE, 1));
        SendQueue queue = room(2);
        full.forEach(message -> queue.offer(message, 0));

        assertThat(queue.offer(full.get(1), 0)).isEqualTo(Outcome.CONGESTED);
        assertThat(queue.offer(new WorkerCommand.Release(FEED, EPOCH, 9), 0)).isEqualTo(Outcome.JOINED);
        assertThat(queue.offer(new WorkerCommand.Release(FEED, EPOCH.next(), 1), 0))
                .isEqualTo(Outcome.CONGESTED);

        assertThat(rest(queue)).containsExactly(full.get(1), new WorkerCommand.Release(FEED, EPOCH, 9));
    }

    @Test
    @DisplayName("a thousand joins in a queue that nobody empties leave it as small as it was")
    void endlessJoins() {
        SendQueue queue = room(1);
        for (int i = 1; i <= 1_000; i++) {
            queue.offer(new CoordinatorReport.MaintainerHeartbeat(List.of()), i);
        }

        assertThat(queue.size()).isEqualTo(1);
        assertThat(rest(queue)).hasSize(1);
        assertThat(queue.bytes()).isZero();
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("bytes are bounded for the queue and for all queues together; a refused message changes nothing")
    void bytes() {
        SendQueue small = new SendQueue(100, 1_000, budget);
        assertThat(small.offer(closed(1), 0)).isEqualTo(Outcome.QUEUED);
        assertThat(small.offer(closed(2), 0)).isEqualTo(Outcome.QUEUED);
        assertThat(small.offer(closed(3), 0)).isEqualTo(Outcome.QUEUED);
        assertThat(small.offer(closed(4), 0)).isEqualTo(Outcome.CONGESTED);
        assertThat(rest(small)).containsExactly(closed(1), closed(2), closed(3));

        ByteBudget shared = new ByteBudget(1_000);
        SendQueue first = new SendQueue(100, 1 << 20, shared);
        SendQueue second = new SendQueue(100, 1 << 20, shared);
        for (int i = 1; i <= 3; i++) {
            first.offer(closed(i), 0);
        }
        assertThat(second.offer(closed(4), 0)).isEqualTo(Outcome.CONGESTED);
        assertThat(first.clear()).isEqualTo(3);
        assertThat(second.offer(closed(4), 0)).isEqualTo(Outcome.QUEUED);
    }

    @Test
    @DisplayName("a joined heartbeat that finds no room gives way to the later one alone")
    void joinedTooLarge() {
        List<DispatcherStatus> many = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            many.add(status(i, ComponentState.WORKING, 5));
        }
        SendQueue queue = new SendQueue(1, 1_100, budget);
        queue.offer(heartbeat(4, 5, many.toArray(DispatcherStatus[]::new)), 0);
        List<DispatcherStatus> others = new ArrayList<>();
        for (int i = 10; i < 16; i++) {
            others.add(status(i, ComponentState.WORKING, 6));
        }

        assertThat(queue.offer(heartbeat(4, 6, others.toArray(DispatcherStatus[]::new)), 0))
                .isEqualTo(Outcome.JOINED);

        assertThat(rest(queue))
                .singleElement()
                .extracting(message -> ((WorkerReport.Heartbeat) message).statuses())
                .isEqualTo(others);
        assertThat(budget.used()).isZero();
    }

    @Test
    @DisplayName("without a session messages wait two seconds, the oldest are dropped first")
    void expired() {
        SendQueue queue = room(10);
        queue.offer(closed(1), 0);
        queue.offer(closed(2), 1_000);
        queue.offer(closed(3), 2_000);

        assertThat(queue.expire(1_999)).isZero();
        assertThat(queue.expire(2_999)).isEqualTo(1);
        assertThat(queue.expire(3_000)).isEqualTo(1);
        assertThat(rest(queue)).containsExactly(closed(3));
    }

    @Test
    @DisplayName("no message is larger than the queue believes")
    void estimate() {
        RandomMessages random = new RandomMessages(3);
        for (Class<? extends Message> kind : RandomMessages.kinds()) {
            for (int i = 0; i < 200; i++) {
                Message message = random.of(kind);
                assertThat(MessageSize.of(message)).isGreaterThanOrEqualTo(WireCodec.encode(message).length);
            }
        }
    }
}
