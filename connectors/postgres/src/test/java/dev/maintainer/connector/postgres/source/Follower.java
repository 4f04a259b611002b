package dev.maintainer.connector.postgres.source;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.PartOfRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A dispatcher, and a sink of columns that outlives it: writes what it reads, one row after the other. */
final class Follower implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** By key; shared by all that write into one table. */
    final Map<String, Map<String, String>> rows;

    private final boolean latestWins;
    private final Map<String, Long> written;
    private final Source source;
    private final RowReader reader;
    private final long startTs;
    int read;

    private Follower(
            Source source,
            TableSpan span,
            long startTs,
            Map<String, Map<String, String>> rows,
            Map<String, Long> written,
            boolean latestWins) {
        this.source = source;
        this.startTs = startTs;
        this.rows = rows;
        this.written = written;
        this.latestWins = latestWins;
        this.reader = source.rows(span, startTs, () -> {});
    }

    /** Into an empty sink that writes what comes. */
    static Follower of(Source source, TableSpan span, long startTs) {
        return new Follower(source, span, startTs, new TreeMap<>(), new TreeMap<>(), false);
    }

    /** Into an empty sink that writes only what is later than what it has. */
    static Follower latestWins(Source source, TableSpan span, long startTs) {
        return new Follower(source, span, startTs, new TreeMap<>(), new TreeMap<>(), true);
    }

    /** Into the sink of another one, perhaps of another process. */
    Follower next(Source other, TableSpan span, long from) {
        return new Follower(other, span, from, rows, written, latestWins);
    }

    int step(int max) {
        List<RowEvent> polled = reader.poll(max, source.resolvedTs());
        polled.forEach(this::write);
        read += polled.size();
        return polled.size();
    }

    private void write(RowEvent row) {
        if (latestWins && written.getOrDefault(row.key(), 0L) >= row.commitTs()) {
            return;
        }
        written.put(row.key(), row.commitTs());
        String json = row.row();
        if (json == null) {
            rows.remove(row.key());
            return;
        }
        Map<String, String> columns = parse(row.op() == RowEvent.Op.P ? PartOfRow.after("{}", json) : json);
        Map<String, String> present = rows.get(row.key());
        if (present == null) {
            if (columns.size() < 3) {
                throw new AssertionError("a row is missing: " + row);
            }
            rows.put(row.key(), columns);
        } else {
            present.putAll(columns);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> parse(String json) {
        try {
            return JSON.readValue(json, LinkedHashMap.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As a dispatcher says. */
    long checkpointTs() {
        long resolved = source.resolvedTs();
        return Math.max(startTs, Math.min(resolved, reader.nextTs() - 1));
    }

    void follow(long ts) {
        LiveDatabase.await("the checkpoint to come to " + ts + ", it is at " + checkpointTs(), () -> {
            while (step(100) > 0) {
                // There may be more.
            }
            return checkpointTs() >= ts;
        });
    }

    String progress() {
        return reader.progress();
    }

    @Override
    public void close() {
        reader.close();
    }
}
