package dev.maintainer.node.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LaneAndLeaseTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    @Test
    @DisplayName("a lane handles its inputs in order, and drops with a count what does not fit")
    void laneIsOrderedAndBounded() throws InterruptedException {
        List<Integer> handled = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        EventLane<Integer> lane = new EventLane<>(
                "test",
                (input, now) -> {
                    handled.add(input);
                    done.countDown();
                },
                3);
        assertThat(lane.offer(1)).isTrue();
        assertThat(lane.offer(2)).isTrue();
        assertThat(lane.offer(3)).isTrue();
        assertThat(lane.offer(4)).isFalse();
        assertThat(lane.dropped()).isEqualTo(1);
        lane.start();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).containsExactly(1, 2, 3);
        lane.stop();
        assertThat(lane.offer(5)).isFalse();
    }

    @Test
    @DisplayName("a lane survives whatever its handler throws, and counts it by kind")
    void laneSurvives() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        EventLane<Action> lane =
                new EventLane<>("test", (input, now) -> input.act().run());
        lane.start();
        for (int i = 0; i < 2; i++) {
            lane.offer(new Action(() -> {
                throw new IllegalStateException("on purpose");
            }));
        }
        lane.offer(new Action(() -> {
            throw new NoClassDefFoundError("on purpose");
        }));
        lane.offer(new Action(done::countDown));
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(lane.failed())
                .containsOnly(entry("Action IllegalStateException", 2L), entry("Action NoClassDefFoundError", 1L));
        lane.stop();
        assertThat(lane.awaitEnd(10_000)).isTrue();
    }

    private record Action(Runnable act) {}

    @Test
    @DisplayName("what preempts a full lane gets in, and what waited is dropped with a count")
    void preempt() throws InterruptedException {
        List<Integer> handled = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        EventLane<Integer> lane = new EventLane<>(
                "test",
                (input, now) -> {
                    handled.add(input);
                    done.countDown();
                },
                2);
        lane.offer(1);
        lane.offer(2);
        lane.preempt(3);
        lane.start();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).containsExactly(3);
        assertThat(lane.dropped()).isEqualTo(2);
        lane.stop();
    }

    @Test
    @DisplayName("messages arrive in the order in which they were sent; a full or unknown receiver is told at once")
    void transport() {
        InProcessTransport transport = new InProcessTransport();
        List<Envelope> arrived = new ArrayList<>();
        transport.register(A, envelope -> true);
        transport.register(B, envelope -> arrived.size() < 3 && arrived.add(envelope));
        Transport ofA = transport.of(A);
        for (int i = 1; i <= 3; i++) {
            assertThat(ofA.send(B, new CoordinatorRequest.CoordinatorBootstrap(i)))
                    .isEqualTo(Transport.SendResult.ENQUEUED);
        }
        CoordinatorRequest more = new CoordinatorRequest.CoordinatorBootstrap(4);
        assertThat(ofA.send(B, more)).isEqualTo(Transport.SendResult.CONGESTED);
        assertThat(ofA.send(new NodeId("c"), more)).isEqualTo(Transport.SendResult.UNKNOWN_TARGET);
        transport.unregister(A);
        assertThat(ofA.send(B, more)).isEqualTo(Transport.SendResult.UNKNOWN_TARGET);
        assertThat(arrived)
                .extracting(Envelope::message)
                .extracting(message -> ((CoordinatorRequest.CoordinatorBootstrap) message).version())
                .containsExactly(1L, 2L, 3L);
        assertThat(arrived).allMatch(envelope -> envelope.from().equals(A));
    }

    @Test
    @DisplayName("a lease that is not renewed is lost once and for good; versions rise")
    void leases() {
        LeaseMembership leases = new LeaseMembership(100);
        List<Membership> seen = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        leases.subscribe(A, seen::add);
        leases.join(A, 0, () -> lost.add("a"));
        leases.join(B, 0, () -> lost.add("b"));
        for (long now = 0; now <= 200; now += 20) {
            leases.check(now);
            assertThat(leases.renew(A, now)).isTrue();
        }
        assertThat(lost).containsExactly("b");
        assertThat(leases.renew(B, 201)).isFalse();
        assertThat(leases.current().alive()).containsExactly(A);
        assertThat(seen).extracting(Membership::version).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    @DisplayName("a pause of the whole process costs nobody its lease")
    void pause() {
        LeaseMembership leases = new LeaseMembership(100);
        leases.join(A, 0, () -> {});
        leases.check(0);
        leases.check(5_000);
        assertThat(leases.current().alive()).containsExactly(A);
    }
}
