package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DdlHistoryTest {
    private final DdlHistory ddls = new DdlHistory();

    private static List<DdlEvent> made(long ts, int number) {
        TableInfo table =
                new TableInfo(new TableId(number), new SchemaId(1), new TableName("shop", "t" + number), true);
        return List.of(DdlEvent.createTable(ts, number, table, null));
    }

    @Test
    @DisplayName("DDLs that come from the log only after somebody has begun behind them are not for him")
    void comesLate() {
        try (DdlReader reader = ddls.read(200)) {
            ddls.add(made(100, 1));
            ddls.add(made(200, 2));
            assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
            assertThat(reader.poll(1_000)).isEmpty();
            ddls.add(made(300, 3));
            assertThat(reader.nextTs()).isEqualTo(300);
            assertThat(reader.poll(1_000)).isEqualTo(made(300, 3));
        }
    }

    @Test
    @DisplayName("A sync point is told to those that wait, once, also if its transaction comes again")
    void syncPoints() {
        List<String> told = new ArrayList<>();
        try (BlockReader reader =
                ddls.blocks(events -> events.read(100, PartialCommit.NONE, () -> told.add("available")))) {
            assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
            ddls.addSyncPoint(200);
            ddls.addSyncPoint(200);
            assertThat(told).containsExactly("available");
            assertThat(reader.nextTs()).isEqualTo(200);
            assertThat(reader.poll(199)).isNull();
            assertThat(reader.poll(200)).isEqualTo(BlockEvent.syncPoint(200));
            assertThat(reader.poll(1_000)).isNull();
        }
    }
}
