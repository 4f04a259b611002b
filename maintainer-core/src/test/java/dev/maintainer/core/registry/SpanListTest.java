package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpanListTest {
    private static SpanReplica replica(long n) {
        TableId id = new TableId(n);
        return new SpanReplica(new DispatcherId(1, n), TableSpan.whole(id), new SpannedTable(id, new SchemaId(1)), 100);
    }

    @Test
    void keepsTheOrderOfInsertionWhateverIsTakenOut() {
        SplittableRandom random = new SplittableRandom(1);
        SpanList<SpanReplica> list = new SpanList<>();
        List<SpanReplica> model = new ArrayList<>();
        for (int i = 1; i <= 5_000; i++) {
            if (model.isEmpty() || random.nextInt(100) < 52) {
                SpanReplica replica = replica(i);
                list.append(replica);
                model.add(replica);
            } else {
                SpanReplica replica = model.remove(random.nextInt(model.size()));
                list.unlink(replica);
                if (random.nextBoolean()) {
                    list.append(replica);
                    model.add(replica);
                }
            }
            assertThat(list.size()).isEqualTo(model.size());
            assertThat(list.first()).isEqualTo(model.isEmpty() ? null : model.get(0));
            if (i % 50 == 0) {
                assertThat(list).containsExactlyElementsOf(model);
            }
        }
    }

    @Test
    void aSpanIsOnOneListOnly() {
        SpanList<SpanReplica> one = new SpanList<>();
        SpanList<SpanReplica> other = new SpanList<>();
        SpanReplica replica = replica(1);
        one.append(replica);

        assertThatThrownBy(() -> other.append(replica)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> one.append(replica)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.unlink(replica)).isInstanceOf(IllegalStateException.class);
        one.unlink(replica);
        assertThatThrownBy(() -> one.unlink(replica)).isInstanceOf(IllegalStateException.class);
        other.append(replica);
        assertThat(other).containsExactly(replica);
    }

    @Test
    void readingBeyondTheEndIsRefused() {
        assertThatThrownBy(() -> new SpanList<SpanReplica>().iterator().next())
                .isInstanceOf(NoSuchElementException.class);
    }
}
