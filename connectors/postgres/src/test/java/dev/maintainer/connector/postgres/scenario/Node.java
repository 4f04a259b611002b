package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.PostgresSinkProvider;
import dev.maintainer.connector.postgres.PostgresSourceProvider;
import dev.maintainer.connector.postgres.source.PostgresSource;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A process with a source and a sink of its own, which has accepted an owner. */
final class Node implements AutoCloseable {
    private static final AtomicInteger DISPATCHERS = new AtomicInteger();

    final Source source;
    final Sink sink;
    final AtomicLong accepted = new AtomicLong(1);
    private final List<Dispatcher> dispatchers = new ArrayList<>();

    Node(ConnectorAddress from, ConnectorAddress to, String name, Path directory, long historyAfter) {
        source = new PostgresSourceProvider()
                .open(
                        from,
                        from.options(),
                        new SourceContext(historyAfter, directory, Replication.FEED, new NodeId(name)));
        sink = new PostgresSinkProvider().open(to, to.options(), Replication.FEED, source.identity());
    }

    void own(long epoch) {
        sink.fence(Replication.FEED, new MaintainerEpoch(epoch));
        accepted.set(epoch);
    }

    SpanWriter open(TableSpan span) {
        return sink.open(
                span,
                new DispatcherId(1, DISPATCHERS.incrementAndGet()),
                new MaintainerEpoch(accepted.get()),
                () -> new MaintainerEpoch(accepted.get()));
    }

    /** Executes what the source has to tell of its tables at its beginning. */
    void makeTables() {
        try (DdlReader ddls = source.ddls(source.startTs())) {
            List<DdlEvent> created = ddls.poll(source.startTs() + 1);
            assertThat(open(TableSpan.DDL).writeDdls(created)).isEqualTo(WriteResult.DURABLE);
        }
    }

    TableSpan table(String name) {
        return source.tables().stream()
                .filter(info -> info.name().table().equals(name))
                .map(info -> TableSpan.whole(info.table()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the source has no table " + name));
    }

    /** A dispatcher of a span from the beginning on: it copies. */
    Dispatcher dispatch(TableSpan span) {
        return dispatch(span, source.startTs());
    }

    /** A dispatcher that goes on at a checkpoint. */
    Dispatcher dispatch(TableSpan span, long checkpointTs) {
        Dispatcher dispatcher = new Dispatcher(source, open(span), span, checkpointTs);
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    /** How many rows its copies have read. */
    long rowsCopied() {
        return ((PostgresSource) source).rowsCopied();
    }

    /** Why the source cannot be read any more; null if it can. */
    @Nullable
    MaintainerException failure() {
        try {
            source.check();
            return null;
        } catch (MaintainerException e) {
            return e;
        }
    }

    @Override
    public void close() {
        dispatchers.forEach(Dispatcher::close);
        source.close();
        sink.close();
    }
}
