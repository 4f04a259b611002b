package dev.maintainer.cluster.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OutageWatchTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LEASE = 4_000;
    private static final long TICK = 200;

    private final List<String> told = new ArrayList<>();
    private final OutageWatch watch =
            new OutageWatch("ZooKeeper at zk1:2181", Duration.ofMillis(LEASE), new ClusterObserver() {
                @Override
                public void storeSilent(StoreSilence silence, Instant leaseEnds) {
                    told.add("silent: " + silence.describe() + ", lease until " + leaseEnds);
                }

                @Override
                public void writesHeld(HeldWrites held) {
                    told.add("held: " + held.reason());
                }

                @Override
                public void storeAnswers(StoreOutage outage) {
                    told.add("over: " + outage.describe());
                }
            });

    private long now;
    private long heard;

    /** The store answers, and renews the lease, all the time. */
    private void answers(long millis) {
        for (long until = now + millis; now < until; ) {
            now += TICK;
            heard = now;
            look(LEASE);
        }
    }

    private void silence(long millis) {
        for (long until = now + millis; now < until; ) {
            now += TICK;
            look(Math.max(0, heard + LEASE - now));
        }
    }

    private void look(long remaining) {
        watch.look(now * MILLI, now, heard * MILLI, remaining * MILLI);
    }

    @Test
    @DisplayName("an outage is told once, that writes are held once, and how long both took when it is over")
    void outage() {
        answers(10_000);
        silence(56_000);
        assertThat(told)
                .containsExactly(
                        "silent: ZooKeeper at zk1:2181 has not answered since 1970-01-01T00:00:10Z (2 s), lease until"
                                + " 1970-01-01T00:00:14Z",
                        "held: ZooKeeper at zk1:2181 has not answered since 1970-01-01T00:00:10Z (4 s)");
        answers(1_000);
        assertThat(told)
                .last()
                .isEqualTo("over: ZooKeeper at zk1:2181 answers again after 56.0 s; writes were held for 52.2 s,"
                        + " and go on");
        answers(60_000);
        assertThat(told).hasSize(3);
    }

    @Test
    @DisplayName("what the store needs to elect a server, and a silence that ends before the lease, hold no write")
    void shortSilence() {
        answers(10_000);
        silence(2_000);
        answers(1_000);
        assertThat(told).isEmpty();
        silence(3_000);
        answers(1_000);
        assertThat(told)
                .hasSize(2)
                .last()
                .isEqualTo("over: ZooKeeper at zk1:2181 answers again after 3.0 s; no write was held");
    }

    @Test
    @DisplayName("a node that is not a member yet holds nothing, and says nothing")
    void notYet() {
        for (int i = 0; i < 100; i++) {
            now += TICK;
            look(0);
        }
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("a store that comes and goes is told once a minute, and how often nothing was said")
    void flapping() {
        answers(1_000);
        for (int i = 0; i < 10; i++) {
            silence(3_000);
            answers(1_000);
        }
        assertThat(told).hasSize(2);
        answers(60_000);
        silence(3_000);
        answers(1_000);
        assertThat(told).hasSize(4).last().asString().contains("of 9 more outages in between nothing was said");
    }

    @Test
    @DisplayName("that writes are held is told at once, also soon after another silence")
    void heldSoonAfter() {
        answers(1_000);
        silence(3_000);
        answers(1_000);
        silence(5_000);
        assertThat(told).hasSize(3).last().asString().startsWith("held: ");
    }

    @Test
    @DisplayName("an outage that began soon after another one, and lasts, is told when the minute is over")
    void lasts() {
        answers(1_000);
        silence(5_000);
        answers(1_000);
        silence(70_000);
        assertThat(told).filteredOn(each -> each.startsWith("silent: ")).hasSize(2);
        assertThat(told).filteredOn(each -> each.startsWith("held: ")).hasSize(2);
    }

    @Test
    @DisplayName("a process that has stood still does not blame the store")
    void standstill() {
        answers(10_000);
        now += 30_000;
        look(0);
        assertThat(told).containsExactly("held: this process stood still for 30000 ms");
        answers(1_000);
        assertThat(told)
                .hasSize(2)
                .last()
                .asString()
                .startsWith("over: the lease is renewed; writes were held for 0.2 s");
    }

    @Test
    @DisplayName("writes that are held although the store answers are told as such, until the lease is renewed")
    void registersAgain() {
        answers(10_000);
        for (int i = 0; i < 10; i++) {
            now += TICK;
            heard = now;
            look(0);
        }
        answers(1_000);
        assertThat(told)
                .containsExactly(
                        "held: it was not renewed in time, although the store answers",
                        "over: the lease is renewed; writes were held for 2.0 s, and go on");
    }
}
