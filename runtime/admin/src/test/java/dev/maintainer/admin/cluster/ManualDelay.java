package dev.maintainer.admin.cluster;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;

/** Time that passes when the test says so, and work that is done then. */
final class ManualDelay implements Delay, Executor {
    private record Task(Duration at, long number, Runnable task) {}

    private final PriorityQueue<Task> later =
            new PriorityQueue<>(Comparator.comparing(Task::at).thenComparing(Task::number));
    private final Queue<Runnable> work = new ArrayDeque<>();
    private Duration now = Duration.ZERO;
    private long number;

    @Override
    public void after(Duration time, Runnable task) {
        later.add(new Task(now.plus(time), number++, task));
    }

    /** Work that may block; it is done when the test says so. */
    @Override
    public void execute(Runnable task) {
        work.add(task);
    }

    void work() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    void pass(Duration time) {
        Duration until = now.plus(time);
        while (!later.isEmpty() && later.peek().at().compareTo(until) <= 0) {
            Task next = later.remove();
            now = next.at();
            next.task().run();
        }
        now = until;
    }
}
