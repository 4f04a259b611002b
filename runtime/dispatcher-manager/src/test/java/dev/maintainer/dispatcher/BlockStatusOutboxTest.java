package dev.maintainer.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BlockStatusOutboxTest {
    private static final DispatcherId TRIGGER = new DispatcherId(1, 1);

    private final BlockStatusOutbox outbox = new BlockStatusOutbox(1_000);

    private static BlockStatus ddl(long commitTs) {
        return new BlockStatus(TRIGGER, commitTs, BlockStage.NONE, List.of());
    }

    @Test
    @DisplayName("a long list goes out piecemeal, from the front")
    void piecemeal() {
        outbox.replace(
                IntStream.rangeClosed(1, BlockStatusOutbox.MESSAGE_LIMIT + 5)
                        .mapToObj(BlockStatusOutboxTest::ddl)
                        .toList(),
                0);

        assertThat(outbox.take(0)).hasSize(BlockStatusOutbox.MESSAGE_LIMIT);

        outbox.acknowledged(BlockStatusOutbox.MESSAGE_LIMIT);
        assertThat(outbox.take(0)).hasSize(5);
    }

    @Test
    @DisplayName("DDLs with one commit time go out together, as they are acknowledged together")
    void oneCommitTime() {
        List<BlockStatus> ddls = IntStream.rangeClosed(1, BlockStatusOutbox.MESSAGE_LIMIT + 5)
                .mapToObj(number -> ddl(Math.min(number, BlockStatusOutbox.MESSAGE_LIMIT - 1)))
                .toList();
        outbox.replace(ddls, 0);

        assertThat(outbox.take(0)).isEqualTo(ddls);
    }
}
