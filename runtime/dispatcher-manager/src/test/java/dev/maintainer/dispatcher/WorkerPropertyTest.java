package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.FEED;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.Watermark;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkerPropertyTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void twoOwnersInAnyOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        WorkerBench bench = new WorkerBench();
        long accepted = 0;
        long seq = 0;
        for (int step = 0; step < 3_000; step++) {
            // Odd epochs belong to one owner, even ones to the other.
            long epoch = Math.max(1, accepted + random.nextInt(-2, 2));
            NodeId from = epoch % 2 == 0 ? A : B;
            long n = random.nextInt(1, 12);
            var before = bench.hosted();
            long closedBefore =
                    bench.made.values().stream().filter(fake -> fake.closed).count();
            int kind = random.nextInt(6);
            if (kind == 0 && random.nextInt(8) == 0) {
                bench.bootstrap(from, epoch);
                accepted = Math.max(accepted, epoch);
            } else if (kind == 1) {
                bench.create(from, epoch, n, random.nextInt(1, 1_000));
            } else if (kind == 2) {
                bench.remove(from, epoch, id(n));
            } else if (kind == 3 && bench.made.containsKey(id(n))) {
                bench.working(id(n));
                epoch = accepted;
            } else if (kind == 4 && bench.made.containsKey(id(n)) && bench.fake(id(n)).closed) {
                bench.stopped(id(n));
                epoch = accepted;
            } else {
                bench.made.values().forEach(fake -> fake.checkpoint += random.nextInt(3));
                bench.tick(random.nextInt(300));
                epoch = accepted;
            }
            if (epoch != accepted) {
                assertThat(bench.hosted()).isEqualTo(before);
                assertThat(bench.made.values().stream()
                                .filter(fake -> fake.closed)
                                .count())
                        .isEqualTo(closedBefore);
            }
            long lowest = bench.manager.hosted(FEED).stream()
                    .mapToLong(HostedDispatcher::checkpointTs)
                    .min()
                    .orElse(Long.MAX_VALUE);
            for (WorkerReport.Heartbeat heartbeat : bench.take(WorkerReport.Heartbeat.class)) {
                Watermark watermark = heartbeat.watermark();
                if (watermark != null) {
                    assertThat(watermark.seq()).isGreaterThanOrEqualTo(seq);
                    seq = watermark.seq();
                    assertThat(watermark.checkpointTs()).isLessThanOrEqualTo(lowest);
                }
            }
        }
    }
}
