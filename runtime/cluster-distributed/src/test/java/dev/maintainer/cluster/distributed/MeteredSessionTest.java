package dev.maintainer.cluster.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.membership.store.StoreValue;
import dev.maintainer.runtime.metrics.Durations;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class MeteredSessionTest {
    private static final NodeId NODE = new NodeId("n1.a");

    private final Durations requests = new Durations();

    private void ask(StoreRequest request, StoreAnswer answer) {
        new MeteredSession(
                        new StoreSession() {
                            @Override
                            public long id() {
                                return 7;
                            }

                            @Override
                            public void send(StoreRequest sent, AnswerHandler handler) {
                                handler.answered(answer, System.nanoTime());
                            }
                        },
                        requests)
                .send(request, (same, at) -> assertThat(same).isEqualTo(answer));
    }

    @Test
    @DisplayName("a renewal is told from other writes, and an answer that was lost from one that says no")
    void outcomes() {
        StoreRequest renewal = new StoreRequest.Commit(
                new StoreOp.Set(StorePath.lease(NODE), new StoreValue.Lease(3), StoreOp.ANY_VERSION));
        StoreRequest write = new StoreRequest.Commit(new StoreOp.Delete(StorePath.lease(NODE), 3));

        ask(renewal, new StoreAnswer.Committed());
        ask(renewal, new StoreAnswer.Committed());
        ask(renewal, new StoreAnswer.Unknown());
        ask(write, new StoreAnswer.Rejected(0, StoreAnswer.Reason.NO_RECORD));
        ask(new StoreRequest.Read(List.of(StorePath.ROSTER), false), new StoreAnswer.Unknown());

        assertThat(requests.samples())
                .extracting(sample -> sample.labels().get(0) + " " + (long) sample.value())
                .containsExactly("read unknown 1", "renewal committed 2", "renewal unknown 1", "write rejected 1");
    }
}
