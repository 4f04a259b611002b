package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A source that copies what is there tells which part of it was returned; the sink, which part is durable. */
class CopyingSourceTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final NodeId NODE = new NodeId("n1");
    private static final TableSpan TABLE = TableSpan.whole(new TableId(1));

    private final ManualThreads threads = new ManualThreads();
    private final MemorySink sink = new MemorySink();

    private static TableSpan upTo(String key) {
        return new TableSpan(TABLE.table(), SpanBound.LOWEST, SpanBound.before(key));
    }

    /** Copies the keys a to c, one at a time, from behind what the sink has. */
    private static class CopyingSource extends ForwardingSource {
        CopyingSource() {
            super(new ChangeLogSource(
                    new ChangeLogBuilder()
                            .createTable(10, new TableName("s", "t"))
                            .build("digest"),
                    new Frontier(20)));
        }

        @Override
        public RowReader rows(
                TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available) {
            List<TableSpan> there = completeParts.apply(startTs + 1);
            List<RowEvent> rows = new ArrayList<>();
            for (String key : List.of("a", "b", "c")) {
                RowEvent row = new RowEvent(startTs + 1, span.table(), RowEvent.Op.I, key, "{}");
                if (there.stream().noneMatch(row::isWithin)) {
                    rows.add(row);
                }
            }
            return new RowReader() {
                private int next;

                @Override
                public List<RowEvent> poll(int max, long upToTs) {
                    return next < rows.size() ? List.of(rows.get(next++)) : List.of();
                }

                @Override
                public long nextTs() {
                    return next < rows.size() ? startTs + 1 : NONE;
                }

                @Override
                public Optional<CompletePart> completePart() {
                    return next == 0
                            ? Optional.empty()
                            : Optional.of(
                                    new CompletePart(upTo(rows.get(next - 1).key() + "!"), startTs + 1));
                }
            };
        }
    }

    /** Knows of one writer after the other what is complete. */
    private static final class MemorySink implements Sink {
        final List<String> log = new ArrayList<>();
        private final List<TableSpan> complete = new ArrayList<>();
        private WriteResult answer = WriteResult.DURABLE;

        @Override
        public Fencing fencing() {
            return Fencing.LEASED;
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {}

        @Override
        public SpanWriter open(
                TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
            return new SpanWriter() {
                @Override
                public WriteResult write(List<RowEvent> rows) {
                    log.add(rows.get(0).key() + " " + answer);
                    return answer;
                }

                @Override
                public WriteResult writeDdls(List<DdlEvent> ddls) {
                    return WriteResult.DURABLE;
                }

                @Override
                public void complete(CompletePart part) {
                    log.add("to " + part.span().end() + " at " + part.ts());
                    complete.clear();
                    complete.add(part.span());
                }

                @Override
                public List<TableSpan> completeParts(long ts) {
                    return List.copyOf(complete);
                }

                @Override
                public void seal() {}
            };
        }

        @Override
        public long rowsApplied() {
            return 0;
        }

        @Override
        public long rowsAppliedAgain() {
            return 0;
        }

        @Override
        public void close() {}
    }

    private PollingDispatcher dispatcher(Source source) {
        StreamingDispatcherFactory factory = new StreamingDispatcherFactory(
                source, sink, null, new WrittenWork().of(NODE), new NodeContext(NODE, () -> true, threads));
        factory.fence(FEED, EPOCH);
        PollingDispatcher dispatcher = (PollingDispatcher) factory.create(
                new DispatcherSpec(FEED, EPOCH, new DispatcherId(1, 1), TABLE, new SchemaId(1), 10),
                new RecordingListener());
        dispatcher.start();
        return dispatcher;
    }

    @AfterEach
    void endThreads() {
        threads.shutdownNow();
    }

    @Test
    @DisplayName("A table without a key is refused by name where the sink tells rows apart by their keys")
    void withoutKey() {
        Source keyless = new CopyingSource() {
            @Override
            public boolean hasKey(TableId table) {
                return false;
            }
        };
        assertThatThrownBy(() -> dispatcher(keyless))
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.DISPATCHER_CREATION_FAILED))
                .hasMessageContainingAll("s.t", "no key");
        assertThat(sink.log).isEmpty();
    }

    @Test
    @DisplayName("The sink hears of a part when its rows are durable, not when they were returned")
    void completeWhenDurable() {
        PollingDispatcher dispatcher = dispatcher(new CopyingSource());
        long unused = dispatcher.takeTurn();
        assertThat(sink.log).containsExactly("a DURABLE", "to a! at 11");

        sink.log.clear();
        sink.answer = WriteResult.HELD;
        unused = dispatcher.takeTurn();
        unused = dispatcher.takeTurn();
        assertThat(sink.log).containsExactly("b HELD", "b HELD");

        sink.log.clear();
        sink.answer = WriteResult.DURABLE;
        unused = dispatcher.takeTurn();
        assertThat(sink.log).containsExactly("b DURABLE", "to b! at 11");
    }

    @Test
    @DisplayName("Whoever opens the span next is told what is there, and copies the rest")
    void goesOn() {
        PollingDispatcher first = dispatcher(new CopyingSource());
        long unused = first.takeTurn();
        unused = first.takeTurn();
        first.abandon();
        sink.log.clear();

        PollingDispatcher second = dispatcher(new CopyingSource());
        unused = second.takeTurn();

        assertThat(sink.log).containsExactly("c DURABLE", "to c! at 11");
    }
}
