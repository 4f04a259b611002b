package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The source of a node, between whose answers other threads run: the log goes on, and somebody asks the dispatcher that reads how
 * far it is.
 */
final class AskedSource extends ForwardingSource {
    private final NodeSource node;
    private final Supplier<StreamedDispatcher> opening;

    /** A source; {@code opening} says who opens a reader just now. */
    AskedSource(NodeSource node, Supplier<StreamedDispatcher> opening) {
        super(node.source());
        this.node = node;
        this.opening = opening;
    }

    private long goOn(long answer) {
        node.mayGoOn();
        return answer;
    }

    @Override
    public long resolvedTs() {
        return goOn(node.resolvedTs());
    }

    @Override
    public RowReader rows(
            TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        StreamedDispatcher dispatcher = opening.get();
        RowReader reader = super.rows(span, startTs, completeParts, available);
        return new RowReader() {
            @Override
            public List<RowEvent> poll(int max, long upToTs) {
                dispatcher.mayFail(ErrorCode.SOURCE_UNAVAILABLE);
                List<RowEvent> rows = reader.poll(max, upToTs);
                node.mayGoOn();
                dispatcher.askAmid();
                return rows;
            }

            @Override
            public long nextTs() {
                return goOn(reader.nextTs());
            }

            @Override
            public long endTs() {
                return goOn(reader.endTs());
            }

            @Override
            public void close() {
                reader.close();
                node.mayGoOn();
                dispatcher.askAmid();
            }
        };
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        StreamedDispatcher dispatcher = opening.get();
        BlockReader reader = super.blocks(span, startTs, partial, available);
        return new BlockReader() {
            @Override
            public @Nullable BlockEvent poll(long upToTs) {
                BlockEvent event = reader.poll(upToTs);
                node.mayGoOn();
                dispatcher.askAmid();
                return event;
            }

            @Override
            public long nextTs() {
                return goOn(reader.nextTs());
            }

            @Override
            public void close() {
                reader.close();
                node.mayGoOn();
                dispatcher.askAmid();
            }
        };
    }
}
