package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is opened again, for what was committed after a checkpoint. */
class LogIndexTest {
    private static final long INTERVAL = 7;
    private static final long BETWEEN_MARKS = 2_000;
    private static final TableSpan ORDERS = TableSpan.whole(new TableId(1));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private long ts = 10;
    private int tables;

    private Path file() {
        return temporary.resolve("log.ndjson");
    }

    private Path index() {
        return temporary.resolve("kept/changelog.index");
    }

    private Source open(long historyAfter) {
        return TailedSource.open(
                file(), null, INTERVAL, new SourceContext(historyAfter, temporary.resolve("kept")), BETWEEN_MARKS);
    }

    private Source openWhole() {
        return TailedSource.open(file(), null, INTERVAL, SourceContext.WHOLE, BETWEEN_MARKS);
    }

    private void append(String text) {
        try {
            Files.writeString(file(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String create() {
        return "{\"commitTs\":" + ++ts + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t" + ++tables
                + "\"}\n";
    }

    private String row(int table) {
        return "{\"commitTs\":" + ++ts + ",\"op\":\"I\",\"schema\":\"s\",\"table\":\"t" + table + "\",\"key\":\"k" + ts
                + "\",\"row\":{\"v\":\"é\"}}\n";
    }

    private String resolved() {
        return "{\"type\":\"resolved\",\"ts\":" + ts + "}\n";
    }

    /** Tables come and go between rows; now and then all is resolved, or not quite. */
    private void history(Random random, int steps) {
        StringBuilder text = new StringBuilder(tables == 0 ? create() : "");
        for (int i = 0; i < steps; i++) {
            switch (random.nextInt(12)) {
                case 0 -> text.append(create());
                case 1, 2 -> text.append(resolved());
                case 3 -> text.append("{\"type\":\"resolved\",\"ts\":" + (ts - 1) + "}\n");
                default -> text.append(row(1 + random.nextInt(tables)));
            }
        }
        append(text.append(row(1)).append(resolved()).toString());
    }

    private void awaitRead(Source source) {
        Until.holds("all up to " + ts + " is resolved", () -> source.resolvedTs() >= ts, source::resolvedTs);
    }

    private void readOnce() {
        try (Source source = open(1)) {
            awaitRead(source);
        }
    }

    private static List<String> seen(Source source, long afterTs) {
        List<String> seen = new ArrayList<>();
        for (TableInfo table : source.tablesAt(source.resolvedTs()).tables()) {
            TableSpan span = TableSpan.whole(table.table());
            try (RowReader rows = source.rows(span, afterTs, () -> {});
                    BlockReader blocks = source.blocks(span, afterTs, PartialCommit.NONE, () -> {})) {
                for (List<RowEvent> polled = rows.poll(50, source.resolvedTs());
                        !polled.isEmpty();
                        polled = rows.poll(50, source.resolvedTs())) {
                    polled.forEach(row -> seen.add(table.name() + " " + row.commitTs() + " " + row.key()));
                }
                for (BlockEvent block = blocks.poll(source.resolvedTs());
                        block != null;
                        block = blocks.poll(source.resolvedTs())) {
                    seen.add(table.name() + " " + block.key());
                }
            }
        }
        source.ddls(afterTs).poll(source.resolvedTs()).forEach(ddl -> seen.add(ddl.toString()));
        return seen;
    }

    private void assertSame(long afterTs, String description) {
        try (Source source = open(afterTs);
                Source whole = openWhole()) {
            awaitRead(source);
            awaitRead(whole);
            assertThat(source.identity()).isEqualTo(whole.identity());
            assertThat(source.startTs()).isEqualTo(whole.startTs());
            assertThat(source.tables()).as(description).isEqualTo(whole.tables());
            assertThat(source.tablesAt(afterTs / 2 + 11)).as(description).isEqualTo(whole.tablesAt(afterTs / 2 + 11));
            assertThat(seen(source, afterTs)).as(description).isEqualTo(seen(whole, afterTs));
        }
    }

    private boolean isSkipped(long afterTs) {
        try (Source source = open(afterTs)) {
            awaitRead(source);
            assertThat(source.rows(ORDERS, afterTs, () -> {}).nextTs()).isGreaterThan(afterTs);
            source.rows(ORDERS, source.startTs(), () -> {});
            return false;
        } catch (MaintainerException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST);
            return true;
        }
    }

    @Test
    @DisplayName("After a checkpoint it has the same rows, DDLs, tables and sync points, wherever it is opened again")
    void same() {
        for (long seed = 0; seed < 12; seed++) {
            Random random = new Random(seed);
            history(random, 300);
            readOnce();
            history(random, 100);
            for (int i = 0; i < 8; i++) {
                long after = 11 + random.nextLong(ts - 11);
                assertSame(after, "seed " + seed + ", after " + after);
            }
            assertThat(isSkipped(ts)).isTrue();
        }
    }

    @Test
    @DisplayName("What comes before the checkpoint is not read again, but all of it if it is needed")
    void skipped() {
        history(new Random(1), 400);
        readOnce();

        assertThat(isSkipped(ts)).isTrue();
        assertThat(isSkipped(ts)).as("by what the second opening has written").isTrue();
        assertThat(isSkipped(1)).isFalse();
    }

    @Test
    @DisplayName("A damaged index does no harm: the log is read from an earlier position")
    void damaged() throws IOException {
        history(new Random(2), 400);
        readOnce();
        byte[] whole = Files.readAllBytes(index());
        Random random = new Random(3);
        for (int i = 0; i < 60; i++) {
            byte[] bytes = whole.clone();
            int at = random.nextInt(bytes.length);
            switch (i % 3) {
                case 0 -> bytes[at] ^= (byte) (1 + random.nextInt(255));
                case 1 -> bytes = Arrays.copyOf(bytes, at);
                default -> Arrays.fill(bytes, at, bytes.length, (byte) 0);
            }
            Files.write(index(), bytes);
            assertSame(ts - 20, "damage " + i);
        }
    }

    @Test
    @DisplayName("Another log that begins alike is not mistaken for the one that was read")
    void otherLog() throws IOException {
        history(new Random(4), 400);
        readOnce();
        String first = Files.readAllLines(file()).get(0);
        long formerTs = ts;
        Files.delete(file());
        ts = 11;
        tables = 1;
        append(first + "\n");
        while (ts < formerTs + 100) {
            append(row(1) + resolved());
        }

        assertSame(formerTs, "the log that is there now");
    }

    @Test
    @DisplayName("An index of other sync points is not used")
    void otherInterval() {
        history(new Random(5), 400);
        try (Source source = TailedSource.open(
                file(), null, INTERVAL + 1, new SourceContext(1, temporary.resolve("kept")), BETWEEN_MARKS)) {
            awaitRead(source);
        }

        assertSame(ts - 20, "with the interval of the other");
        assertThat(isSkipped(ts)).isTrue();
    }

    @Test
    @DisplayName("Lines that end with a carriage return are found again")
    void carriageReturns() throws IOException {
        history(new Random(6), 400);
        Files.writeString(file(), Files.readString(file()).replace("\n", "\r\n"));
        readOnce();

        assertThat(isSkipped(ts)).isTrue();
        assertSame(ts - 20, "with carriage returns");
    }

    @Test
    @DisplayName("Where nothing can be kept, the log is read whole each time")
    void nowhere() throws IOException {
        history(new Random(7), 400);
        Files.writeString(temporary.resolve("kept"), "a file in place of the directory", StandardCharsets.UTF_8);

        assertSame(ts - 20, "without an index");
        assertThat(isSkipped(ts)).isFalse();
    }

    @Test
    @DisplayName("An index whose DDLs do not fit the log does no harm either")
    void unfitting() throws IOException {
        history(new Random(8), 400);
        readOnce();
        String digest = ChangeLogReader.digestOf(Files.readAllLines(file()).get(0));
        LogIndex.Mark mark;
        try (LogIndex known = LogIndex.open(index(), digest, INTERVAL, ts)) {
            mark = Objects.requireNonNull(known.takeStart()).mark();
        }
        try (LogIndex other = LogIndex.without(index(), digest, INTERVAL)) {
            other.add(new LogIndex.Line(
                    2, "{\"commitTs\":11,\"ddl\":\"DROP_TABLE\",\"schema\":\"s\",\"table\":\"unknown\"}"));
            other.add(mark);
        }

        assertSame(mark.resolvedTs(), "what the log has");
        assertThat(isSkipped(ts)).as("by the index that was made anew").isTrue();
    }

    @Test
    @DisplayName("An index that cannot be put in place leaves nothing behind")
    void notInPlace() throws IOException {
        history(new Random(9), 400);
        Files.createDirectories(index().resolve("a directory in place of the file"));

        readOnce();

        try (Stream<Path> kept = Files.list(temporary.resolve("kept"))) {
            assertThat(kept).containsExactly(index());
        }
    }

    @Test
    @DisplayName("Rows of a table that has no more of them are forgotten, though the log is never whole")
    void neverWhole() {
        StringBuilder text = new StringBuilder(create() + create());
        for (int i = 0; i < 300; i++) {
            text.append(row(1));
        }
        append(text + row(2) + resolved());
        try (Source source = openWhole()) {
            awaitRead(source);
            source.retainAfter(ts);
            StringBuilder more = new StringBuilder();
            while (more.length() < 2 * BETWEEN_MARKS) {
                more.append(row(2)).append("{\"type\":\"resolved\",\"ts\":" + (ts - 1) + "}\n");
            }
            append(more.toString());
            ts--;
            awaitRead(source);

            assertThatThrownBy(() -> source.rows(ORDERS, source.startTs(), () -> {}))
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
        }
    }
}
