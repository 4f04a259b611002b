package dev.maintainer.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InProcessNetworkTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    @Test
    @DisplayName("messages arrive in the order in which they were sent; a full or unknown receiver is told at once")
    void inOrder() {
        InProcessNetwork network = new InProcessNetwork();
        List<Envelope> arrived = new ArrayList<>();
        network.register(A, envelope -> true);
        network.register(B, envelope -> arrived.size() < 3 && arrived.add(envelope));
        Transport ofA = network.transportOf(A);
        for (int i = 1; i <= 3; i++) {
            assertThat(ofA.send(B, new CoordinatorRequest.CoordinatorBootstrap(i)))
                    .isEqualTo(Transport.SendResult.ENQUEUED);
        }
        CoordinatorRequest more = new CoordinatorRequest.CoordinatorBootstrap(4);
        assertThat(ofA.send(B, more)).isEqualTo(Transport.SendResult.CONGESTED);
        assertThat(ofA.send(new NodeId("c"), more)).isEqualTo(Transport.SendResult.UNKNOWN_TARGET);
        network.unregister(A);
        assertThat(ofA.send(B, more)).isEqualTo(Transport.SendResult.UNKNOWN_TARGET);
        assertThat(arrived)
                .extracting(Envelope::message)
                .extracting(message -> ((CoordinatorRequest.CoordinatorBootstrap) message).version())
                .containsExactly(1L, 2L, 3L);
        assertThat(arrived).allMatch(envelope -> envelope.from().equals(A));
    }
}
