package dev.maintainer.transport.grpc.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.transport.grpc.wire.RandomMessages;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SessionTest {
    private final SplittableRandom random = new SplittableRandom(1);

    @Test
    @DisplayName("sessions are numbered upwards; the newest is open, and none that is older can be opened again")
    void generations() {
        GenerationGate gate = new GenerationGate();
        long first = gate.next();
        long second = gate.next();

        assertThat(gate.isOpen(0)).isFalse();
        assertThat(gate.open(second)).isTrue();
        assertThat(gate.open(first)).as("an older one that comes late").isFalse();
        assertThat(gate.open(second)).as("the same one again").isFalse();
        assertThat(gate.current()).isEqualTo(second);
        assertThat(gate.open(gate.next())).isTrue();
        assertThat(gate.isOpen(second)).isFalse();
        assertThat(gate.close(second)).isFalse();
        assertThat(gate.close(3)).isTrue();
        assertThat(gate.open(3)).isFalse();
        assertThat(gate.open(9)).as("numbered by the other one").isTrue();
        assertThat(gate.next()).isEqualTo(10);
    }

    @Test
    @DisplayName("two nodes that open sessions at the same time, in any order, agree on the newest")
    void bothDial() {
        for (int round = 0; round < 1_000; round++) {
            GenerationGate small = new GenerationGate();
            GenerationGate large = new GenerationGate();
            Set<Long> numbers = new TreeSet<>();
            for (int i = 0; i < 4; i++) {
                numbers.add(small.next());
            }
            shuffled(numbers).forEach(small::open);
            shuffled(numbers).forEach(large::open);

            assertThat(small.current()).isEqualTo(large.current()).isEqualTo(4);
        }
    }

    private List<Long> shuffled(Set<Long> numbers) {
        List<Long> list = new ArrayList<>(numbers);
        for (int i = list.size() - 1; i > 0; i--) {
            Collections.swap(list, i, random.nextInt(i + 1));
        }
        return list;
    }

    @Test
    @DisplayName("tries to connect come less and less often, down to once in five seconds, with jitter")
    void backoff() {
        Backoff backoff = new Backoff(random);
        long[] longest = {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000};
        for (long each : longest) {
            assertThat(backoff.nextMillis()).isBetween(each - each / 4, each);
        }
        backoff.reset();
        assertThat(backoff.nextMillis()).isLessThanOrEqualTo(100);
    }

    @Test
    @DisplayName(
            "who has something to send dials at once, or a moment later; after a loss the smaller id tries soon, the larger after three seconds")
    void whoDials() {
        Reconnect small = new Reconnect(true, random);
        Reconnect large = new Reconnect(false, random);
        assertThat(small.isDue(0, false, 1)).isFalse();
        for (Reconnect each : new Reconnect[] {small, large}) {
            assertThat(each.isDue(0, true, 1)).isEqualTo(each == small);
            assertThat(each.isDue(250, true, 1)).isTrue();
            each.dialled();
            assertThat(each.isDue(0, true, 1)).isFalse();
            each.connected();
            assertThat(each.isDue(0, true, 1)).isFalse();
            each.lost(1_000);
        }

        assertThat(small.isDue(1_000, true, 1)).isFalse();
        assertThat(small.isDue(1_100, false, 1)).isTrue();
        assertThat(large.isDue(3_999, true, 1)).isFalse();
        assertThat(large.isDue(4_000, false, 1)).isTrue();
        small.rested();
        assertThat(small.isDue(9_000, false, 1)).isFalse();
    }

    @Test
    @DisplayName(
            "a peer that says no for good is left alone until the roster changes; one that says later is tried again")
    void refused() {
        Reconnect node = new Reconnect(true, random);
        node.dialled();
        node.refused(0, HandshakeRefusal.BUSY);
        assertThat(node.isDue(100, true, 0)).isTrue();
        node.dialled();
        node.refused(100, HandshakeRefusal.WRONG_TARGET);
        assertThat(node.isDue(1_000_000, true, 0)).isFalse();
        assertThat(node.isDue(1_000_001, true, 1)).isTrue();
        node.dialled();
        node.connected();
        node.refused(1_000_002, HandshakeRefusal.SUPERSEDED);
        assertThat(node.isDue(9_000_000, true, 1))
                .as("its own try is refused because the other one's has succeeded")
                .isFalse();
    }

    @Test
    @DisplayName("a ping each second; five seconds of silence end a session, any sign of life keeps it")
    void liveness() {
        Liveness session = new Liveness(10_000);
        assertThat(session.takePing(10_000)).isTrue();
        assertThat(session.takePing(10_999)).isFalse();
        assertThat(session.takePing(11_000)).isTrue();
        assertThat(session.ping()).isEqualTo(2);
        assertThat(session.roundTripNanos()).isNegative();
        session.echoed(12_000, 777);
        assertThat(session.roundTripNanos()).isEqualTo(777);
        session.heard(11_500);
        assertThat(session.isSilent(16_999)).isFalse();
        assertThat(session.isSilent(17_000)).isTrue();
        session.heard(17_000);
        assertThat(session.isSilent(17_001)).isFalse();
    }

    @Test
    @DisplayName("a session that carries nothing but pings is not needed after five minutes")
    void unused() {
        Liveness session = new Liveness(0);
        session.used(1_000);
        session.heard(300_000);
        assertThat(session.isUnused(300_999)).isFalse();
        assertThat(session.isUnused(301_000)).isTrue();
        session.used(301_000);
        assertThat(session.isUnused(301_001)).isFalse();
    }

    @Test
    @DisplayName("each message goes to the lane of its receiver")
    void lanes() {
        RandomMessages messages = new RandomMessages(5);
        for (Class<? extends Message> kind : RandomMessages.kinds()) {
            Message message = messages.of(kind);
            Class<?> family = switch (Lane.of(message)) {
                case COORDINATOR_REQUEST -> CoordinatorRequest.class;
                case REPORT -> WorkerReport.class;
                case COMMAND -> WorkerCommand.class;
                case COORDINATOR_REPORT -> CoordinatorReport.class;
            };
            assertThat(message).isInstanceOf(family);
        }
    }
}
