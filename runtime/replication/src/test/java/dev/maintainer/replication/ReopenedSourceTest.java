package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ReopenedSourceTest {
    private static final TableSpan TABLE = TableSpan.whole(new TableId(1));

    private final Deque<Runnable> threads = new ArrayDeque<>();
    private final List<Log> opened = new ArrayList<>();
    private String identity = "log";
    private long resolvedAtFirst = 100;
    private @Nullable MaintainerException refusal;
    private long openedAfter;
    private long millis;
    private final ReopenedSource source =
            new ReopenedSource(this::open, 0, threads::add, () -> TimeUnit.MILLISECONDS.toNanos(millis));

    private Source open(long historyAfter) {
        openedAfter = historyAfter;
        if (refusal != null) {
            throw refusal;
        }
        Log log = new Log(identity, resolvedAtFirst);
        opened.add(log);
        return log;
    }

    private void threadsRun() {
        while (!threads.isEmpty()) {
            threads.remove().run();
        }
    }

    private void cannotBeRead(String reason) {
        assertThatThrownBy(source::check)
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(reason);
    }

    @Test
    @DisplayName("As long as it can be read, nothing is opened")
    void isThere() {
        source.check();

        assertThat(source.tablesAt(50).ts()).isEqualTo(50);
        assertThat(opened).hasSize(1);
        assertThat(threads).isEmpty();
    }

    @Test
    @DisplayName("After it has ended it is opened again, and can be read when it is read as far as before")
    void mended() {
        opened.get(0).ends("line 7 is no event");
        resolvedAtFirst = 20;
        cannotBeRead("line 7 is no event");
        threadsRun();

        cannotBeRead("is read up to 20 of 100");
        assertThat(source.resolvedTs()).isEqualTo(100);
        opened.get(1).resolvedTs = 100;

        source.check();
        opened.get(1).resolvedTs = 130;
        assertThat(source.resolvedTs()).isEqualTo(130);
        assertThat(opened.get(0).closed).isTrue();
        assertThat(opened.get(1).closed).isFalse();
    }

    @Test
    @DisplayName("What cannot be opened is tried ever more rarely, and whoever asks hears why")
    void stillBroken() {
        opened.get(0).ends("the file is gone");
        refusal = new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "there is no such file");
        cannotBeRead("the file is gone");
        threadsRun();
        int tries = 1;
        for (int i = 0; i < 60_000; i += 100) {
            millis += 100;
            cannotBeRead("there is no such file");
            tries += threads.size();
            threadsRun();
        }
        assertThat(tries).isBetween(7, 9);

        refusal = null;
        millis += 30_000;
        cannotBeRead("there is no such file");
        threadsRun();
        source.check();
    }

    @Test
    @DisplayName("Another source in its place is not taken for it, and closed again")
    void another() {
        opened.get(0).ends("the file was replaced");
        identity = "another log";
        cannotBeRead("the file was replaced");
        threadsRun();

        cannotBeRead("it is 'another log', and was 'log'");
        assertThat(opened.get(1).closed).isTrue();
    }

    @Test
    @DisplayName("What is opened while it is closed is closed, too")
    void closedMeanwhile() {
        opened.get(0).ends("the file is gone");
        cannotBeRead("the file is gone");
        source.close();
        threadsRun();

        assertThat(opened).hasSize(2).allMatch(log -> log.closed);
    }

    @Test
    @DisplayName("Whoever reads from before knows of nothing behind where that ended, is woken, and cannot read on")
    void readersOfBefore() {
        List<String> woken = new ArrayList<>();
        RowReader rows = source.rows(TABLE, 50, () -> woken.add("rows"));
        BlockReader blocks = source.blocks(TABLE, 50, PartialCommit.NONE, () -> woken.add("blocks"));
        DdlReader ddls = source.ddls(50);
        RowReader closed = source.rows(TABLE, 50, () -> woken.add("closed"));
        closed.close();
        assertThat(rows.nextTs()).isEqualTo(RowReader.NONE);

        opened.get(0).ends("line 7 is no event");
        cannotBeRead("line 7 is no event");
        threadsRun();
        source.check();
        opened.get(1).resolvedTs = 500;

        assertThat(source.resolvedTs()).isEqualTo(500);
        assertThat(rows.nextTs()).isEqualTo(101);
        assertThat(blocks.nextTs()).isEqualTo(101);
        assertThat(ddls.nextTs()).isEqualTo(101);
        assertThat(woken).containsExactlyInAnyOrder("rows", "blocks");
        assertThatThrownBy(() -> rows.poll(1, 500)).hasMessageContaining("opened again");
        assertThatThrownBy(() -> blocks.poll(500)).hasMessageContaining("opened again");
        assertThatThrownBy(() -> ddls.poll(500)).hasMessageContaining("opened again");
        assertThat(source.rows(TABLE, 50, () -> {}).nextTs()).isEqualTo(RowReader.NONE);
    }

    @Test
    @DisplayName("One that can be read again by itself goes on, and what was opened in its place is closed")
    void recovers() {
        RowReader rows = source.rows(TABLE, 50, () -> {});
        opened.get(0).ends("the disk does not answer");
        cannotBeRead("the disk does not answer");
        threadsRun();
        opened.get(0).recovers();
        opened.get(0).resolvedTs = 130;

        source.check();

        assertThat(source.resolvedTs()).isEqualTo(130);
        assertThat(rows.nextTs()).isEqualTo(RowReader.NONE);
        assertThat(rows.poll(1, 130)).isEmpty();
        assertThat(opened.get(1).closed).isTrue();
        assertThat(opened.get(0).closed).isFalse();
    }

    @Test
    @DisplayName("What is resolved while the former one is closed counts: it never goes back")
    void resolvedMeanwhile() {
        opened.get(0).resolvedAtItsEnd = 140;
        opened.get(0).ends("line 7 is no event");
        cannotBeRead("line 7 is no event");
        threadsRun();

        cannotBeRead("is read up to 100 of 140");
        opened.get(0).recovers();
        cannotBeRead("is read up to 100 of 140");
        assertThat(source.resolvedTs()).isEqualTo(140);
        opened.get(1).resolvedTs = 140;
        source.check();
        assertThat(source.resolvedTs()).isEqualTo(140);
    }

    @Test
    @DisplayName("What is durable everywhere is told to what was opened again, too")
    void retained() {
        source.retainAfter(60);
        opened.get(0).ends("the file is gone");
        cannotBeRead("the file is gone");
        threadsRun();

        assertThat(openedAfter).as("what was committed before need not be read").isEqualTo(60);
        assertThat(opened.get(1).retainedTs).isEqualTo(60);
    }

    /** A log without tables. */
    private static final class Log implements Source {
        private final String identity;
        private long resolvedTs;
        private long retainedTs;
        private boolean closed;
        private @Nullable String end;
        private long resolvedAtItsEnd;

        Log(String identity, long resolvedTs) {
            this.identity = identity;
            this.resolvedTs = resolvedTs;
        }

        void ends(String reason) {
            end = reason;
        }

        void recovers() {
            end = null;
        }

        @Override
        public void check() {
            if (end != null) {
                throw new MaintainerException(ErrorCode.BAD_INPUT, end);
            }
        }

        @Override
        public String identity() {
            return identity;
        }

        @Override
        public long startTs() {
            return 1;
        }

        @Override
        public long resolvedTs() {
            return resolvedTs;
        }

        @Override
        public SchemaSnapshot tablesAt(long ts) {
            return new SchemaSnapshot(ts, List.of());
        }

        @Override
        public List<TableInfo> tables() {
            return List.of();
        }

        @Override
        public Optional<TableInfo> table(TableId table) {
            return Optional.empty();
        }

        @Override
        public RowReader rows(TableSpan span, long startTs, Runnable available) {
            return new RowReader() {
                @Override
                public List<RowEvent> poll(int max, long upToTs) {
                    return List.of();
                }

                @Override
                public long nextTs() {
                    return NONE;
                }
            };
        }

        @Override
        public DdlReader ddls(long startTs) {
            return new DdlReader() {
                @Override
                public List<DdlEvent> poll(long upToTs) {
                    return List.of();
                }

                @Override
                public long nextTs() {
                    return RowReader.NONE;
                }
            };
        }

        @Override
        public long wallMillis(long ts) {
            return ts;
        }

        @Override
        public void retainAfter(long checkpointTs) {
            retainedTs = checkpointTs;
        }

        @Override
        public void close() {
            closed = true;
            resolvedTs = Math.max(resolvedTs, resolvedAtItsEnd);
        }
    }
}
