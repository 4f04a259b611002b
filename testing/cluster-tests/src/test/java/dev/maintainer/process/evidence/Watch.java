package dev.maintainer.process.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.process.cluster.ProcessCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks a witness about the changefeed ten times a second, one question after the other. A thread of its own asks. */
public final class Watch implements AutoCloseable {
    private static final long STEP_MILLIS = 100;

    /**
     * What was answered.
     *
     * @param at monotonic, in nanoseconds
     * @param owner empty for none
     * @param leaderEpoch of who has answered
     * @param checkpointTs as the leader says
     * @param lag how long something had been in the log that this does not cover
     */
    public record Sample(long at, String owner, long epoch, long leaderEpoch, long checkpointTs, Duration lag) {}

    private final ProcessCluster cluster;
    private final List<Sample> samples = new ArrayList<>();
    private final Thread thread = new Thread(this::watch, "watch");
    private volatile boolean ended;

    private Watch(ProcessCluster cluster) {
        this.cluster = cluster;
        thread.setDaemon(true);
    }

    /** Begins. */
    public static Watch begin(ProcessCluster cluster) {
        Watch watch = new Watch(cluster);
        watch.thread.start();
        return watch;
    }

    private void watch() {
        try {
            while (!ended) {
                JsonNode answer = cluster.changefeed();
                long checkpointTs = answer.path("checkpointTs").asLong();
                if (checkpointTs > 0) {
                    add(new Sample(
                            System.nanoTime(),
                            answer.path("owner").asText(""),
                            answer.path("epoch").asLong(),
                            answer.path("leaderEpoch").asLong(),
                            checkpointTs,
                            cluster.load().lag(checkpointTs)));
                }
                TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
            }
        } catch (InterruptedException e) {
            ended = true;
        }
    }

    private synchronized void add(Sample sample) {
        samples.add(sample);
    }

    /** {@return what was answered, in this order} */
    public synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    /** {@return the longest time for which something was missing in the sink, of what has been asked so far} */
    public Duration worstLag() {
        return samples().stream()
                .filter(each -> !each.owner().isEmpty())
                .map(Sample::lag)
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** {@return for how long nobody could tell, at the most: no leader, or one that does not know yet} */
    public Duration longestSilence() {
        Duration longest = Duration.ZERO;
        List<Sample> all = samples();
        for (int i = 1; i < all.size(); i++) {
            Duration gap = Duration.ofNanos(all.get(i).at() - all.get(i - 1).at());
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }
        return longest;
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        thread.join(TimeUnit.SECONDS.toMillis(30));
    }
}
