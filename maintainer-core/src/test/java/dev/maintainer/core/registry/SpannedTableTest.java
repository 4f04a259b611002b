package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpannedTableTest {
    private static final TableId ORDERS = new TableId(1);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("However many spans it has, they are listed oldest first")
    void agreesWithAList(long seed) {
        SpannedTable table = new SpannedTable(ORDERS, new SchemaId(1));
        List<SpanReplica> model = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        for (long n = 1; n <= 2_000; n++) {
            if (random.nextInt(4) < 2 && model.size() < 5) {
                SpanReplica replica = new SpanReplica(new DispatcherId(1, n), TableSpan.whole(ORDERS), table, 100);
                table.add(replica);
                model.add(replica);
            } else if (!model.isEmpty()) {
                table.remove(model.remove(random.nextInt(model.size())));
            }
            assertThat(table.spans()).isEqualTo(model);
            assertThat(table.size()).isEqualTo(model.size());
        }
    }
}
