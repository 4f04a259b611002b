package dev.maintainer.runtime.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventLoopTest {
    @Test
    @DisplayName("an event loop handles its inputs in order, and drops with a count what does not fit")
    void loopIsOrderedAndBounded() throws InterruptedException {
        List<Integer> handled = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(3);
        EventLoop<Integer> loop = new EventLoop<>(
                "test",
                (input, now) -> {
                    handled.add(input);
                    done.countDown();
                },
                3);
        assertThat(loop.offer(1)).isTrue();
        assertThat(loop.offer(2)).isTrue();
        assertThat(loop.offer(3)).isTrue();
        assertThat(loop.offer(4)).isFalse();
        assertThat(loop.dropped()).isEqualTo(1);
        loop.start();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).containsExactly(1, 2, 3);
        loop.stop();
        assertThat(loop.offer(5)).isFalse();
    }

    @Test
    @DisplayName("an event loop survives whatever its handler throws, and counts it by kind")
    void loopSurvives() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        EventLoop<Action> loop =
                new EventLoop<>("test", (input, now) -> input.act().run());
        loop.start();
        for (int i = 0; i < 2; i++) {
            loop.offer(new Action(() -> {
                throw new IllegalStateException("on purpose");
            }));
        }
        loop.offer(new Action(() -> {
            throw new NoClassDefFoundError("on purpose");
        }));
        loop.offer(new Action(done::countDown));
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(loop.failed())
                .containsOnly(entry("Action IllegalStateException", 2L), entry("Action NoClassDefFoundError", 1L));
        loop.stop();
        assertThat(loop.awaitEnd(10_000)).isTrue();
    }

    private record Action(Runnable act) {}

    @Test
    @DisplayName("what preempts a full loop gets in, and what waited is dropped with a count")
    void preempt() throws InterruptedException {
        List<Integer> handled = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(1);
        EventLoop<Integer> loop = new EventLoop<>(
                "test",
                (input, now) -> {
                    handled.add(input);
                    done.countDown();
                },
                2);
        loop.offer(1);
        loop.offer(2);
        loop.preempt(3);
        loop.start();
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(handled).containsExactly(3);
        assertThat(loop.dropped()).isEqualTo(2);
        loop.stop();
    }
}
