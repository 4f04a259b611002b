package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.threads.testing.Until;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is written while it is read. */
class TailedSourceTest {
    private static final TableSpan ORDERS = TableSpan.whole(new TableId(1));
    private static final TableSpan ITEMS = TableSpan.whole(new TableId(2));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final Deque<Source> open = new ArrayDeque<>();

    @AfterEach
    void close() {
        open.forEach(Source::close);
    }

    private Path file() {
        return temporary.resolve("log.ndjson");
    }

    private void write(String... lines) {
        writeRaw(String.join("\n", lines) + "\n");
    }

    private void writeRaw(String text) {
        try {
            Files.write(
                    file(),
                    text.getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String create(long ts, String table) {
        return "{\"commitTs\":" + ts + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"" + table + "\"}";
    }

    private static String drop(long ts, String table) {
        return "{\"commitTs\":" + ts + ",\"ddl\":\"DROP_TABLE\",\"schema\":\"s\",\"table\":\"" + table + "\"}";
    }

    private static String row(long ts, String table, String key) {
        return "{\"commitTs\":" + ts + ",\"op\":\"I\",\"schema\":\"s\",\"table\":\"" + table + "\",\"key\":\"" + key
                + "\",\"row\":{\"v\":" + ts + "}}";
    }

    private static String resolved(long ts) {
        return "{\"type\":\"resolved\",\"ts\":" + ts + "}";
    }

    private Source tail(String... settings) {
        TreeMap<String, String> all = new TreeMap<>();
        all.put("mode", "tail");
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        Source source = new ChangeLogSourceProvider().open(new ConnectorAddress("changelog", file().toString()), all);
        open.push(source);
        return source;
    }

    private static void awaitResolved(Source source, long ts) {
        Until.holds("all up to " + ts + " is resolved", () -> source.resolvedTs() >= ts, source::resolvedTs);
    }

    private static List<String> keys(RowReader reader, long upToTs) {
        return reader.poll(100, upToTs).stream().map(RowEvent::key).toList();
    }

    private static void fails(ErrorCode code, String text, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    @DisplayName("what was written counts when the log says that it is complete, and readers know of it before")
    void resolvedLines() {
        write(create(10, "orders"));
        Source source = tail();
        AtomicInteger told = new AtomicInteger();
        RowReader reader = source.rows(ORDERS, 9, told::incrementAndGet);
        assertThat(source.startTs()).isEqualTo(9);
        assertThat(source.resolvedTs()).isEqualTo(9);
        assertThat(keys(reader, source.resolvedTs())).isEmpty();

        write(row(12, "orders", "a"), row(12, "orders", "b"), row(14, "orders", "c"), resolved(13));
        awaitResolved(source, 13);

        Until.holds("the reader is told, once", () -> told.get() == 1, told::get);
        assertThat(reader.nextTs()).isEqualTo(12);
        assertThat(keys(reader, source.resolvedTs())).containsExactly("a", "b");
        assertThat(reader.nextTs()).isEqualTo(14);
        write(resolved(11), resolved(14));
        awaitResolved(source, 14);
        assertThat(keys(reader, 14)).containsExactly("c");
        assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
    }

    @Test
    @DisplayName("a line without its end is not there yet")
    void halfALine() {
        write(create(10, "orders"), row(12, "orders", "a"));
        Source source = tail();
        writeRaw(resolved(11) + "\n" + resolved(12));
        awaitResolved(source, 11);
        assertThat(source.resolvedTs()).isEqualTo(11);
        writeRaw("\n");
        awaitResolved(source, 12);
        String line = row(15, "orders", "b");
        writeRaw(line.substring(0, 20));
        write(line.substring(20), resolved(15));
        awaitResolved(source, 15);

        assertThat(keys(source.rows(ORDERS, 12, () -> {}), 15)).containsExactly("b");
    }

    @Test
    @DisplayName("the tables of a moment are answered when the log is complete up to it, and not before")
    void tablesAt() {
        write(create(10, "orders"), resolved(11), create(12, "items"));
        Source source = tail();
        awaitResolved(source, 11);
        fails(ErrorCode.SOURCE_UNAVAILABLE, "not known yet", () -> source.tablesAt(12));

        write(drop(13, "orders"), resolved(20));
        awaitResolved(source, 20);

        assertThat(source.tablesAt(11).tables()).extracting(TableInfo::table).containsExactly(new TableId(1));
        assertThat(source.tablesAt(12).tables()).hasSize(2);
        assertThat(source.tablesAt(13).tables()).extracting(TableInfo::table).containsExactly(new TableId(2));
    }

    @Test
    @DisplayName("a log may begin with nothing but how far it is complete")
    void header() {
        write(resolved(5));
        Source source = tail();

        assertThat(source.startTs()).isEqualTo(5);
        assertThat(source.resolvedTs()).isEqualTo(5);
        write(create(6, "orders"), resolved(7));
        awaitResolved(source, 7);
        assertThat(source.ddls(5).poll(7)).hasSize(1);
    }

    @Test
    @DisplayName("all processes give it one identity, whenever they open it; two logs with one first line need names")
    void identity() {
        write(create(10, "orders"));
        String early = tail().identity();
        write(row(12, "orders", "a"), resolved(12));

        assertThat(tail().identity()).isEqualTo(early);
        assertThat(tail("name", "shop").identity()).contains("shop").isNotEqualTo(early);
    }

    @Test
    @DisplayName("a dispatcher may come from a process that has read further: its table, and its position, come later")
    void aheadOfThisProcess() {
        write(create(10, "orders"), resolved(10));
        Source source = tail("syncpoint-interval", "1");
        awaitResolved(source, 10);
        AtomicInteger told = new AtomicInteger();
        RowReader rows = source.rows(ITEMS, 30, told::incrementAndGet);
        BlockReader blocks = source.blocks(ITEMS, 30, PartialCommit.NONE, told::incrementAndGet);
        DdlReader ddls = source.ddls(30);
        assertThat(rows.nextTs()).isEqualTo(RowReader.NONE);

        write(create(20, "items"), row(25, "items", "a"), resolved(30));
        awaitResolved(source, 30);
        assertThat(keys(rows, 30)).isEmpty();
        assertThat(blocks.nextTs()).isEqualTo(RowReader.NONE);
        assertThat(ddls.nextTs()).isEqualTo(RowReader.NONE);
        write(row(35, "items", "b"), drop(40, "items"), resolved(40));
        awaitResolved(source, 40);

        assertThat(rows.nextTs()).isBetween(31L, 35L);
        assertThat(keys(rows, 40)).containsExactly("b");
        assertThat(rows.endTs()).isEqualTo(40);
        assertThat(blocks.nextTs()).isEqualTo(35);
        assertThat(ddls.poll(40)).hasSize(1);
        Until.holds("somebody is told", () -> told.get() > 0, told::get);
    }

    @Test
    @DisplayName(
            "readers of many rows, which are put aside meanwhile, miss none and get none twice, wherever they begin")
    void manyRows() {
        write(create(10, "orders"), resolved(10));
        Source source = tail();
        RowReader follower = source.rows(ORDERS, 10, () -> {});
        List<String> followed = new ArrayList<>();
        List<String> written = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            List<String> lines = new ArrayList<>();
            for (int j = 0; j < 37; j++) {
                String key = "k" + (i * 37 + j);
                written.add(key);
                lines.add(row(100 + 10L * i + j / 10, "orders", key));
            }
            lines.add(resolved(109 + 10L * i));
            write(lines.toArray(String[]::new));
            awaitResolved(source, 109 + 10L * i);
            for (List<String> keys = keys(follower, source.resolvedTs());
                    !keys.isEmpty();
                    keys = keys(follower, source.resolvedTs())) {
                followed.addAll(keys);
            }
        }

        assertThat(followed).isEqualTo(written);
        RowReader late = source.rows(ORDERS, 109 + 10L * 19, () -> {});
        List<String> after = new ArrayList<>();
        for (List<String> keys = keys(late, source.resolvedTs());
                !keys.isEmpty();
                keys = keys(late, source.resolvedTs())) {
            after.addAll(keys);
        }
        assertThat(after).isEqualTo(written.subList(20 * 37, written.size()));
    }

    @Test
    @DisplayName(
            "rows behind a durable checkpoint are forgotten; who has passed them goes on, and who needs them is refused")
    void retained() {
        write(create(10, "orders"), resolved(10));
        Source source = tail();
        RowReader follower = source.rows(ORDERS, 10, () -> {});
        RowReader sleeper = source.rows(ORDERS, 10, () -> {});
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            lines.add(row(100 + i, "orders", "k" + i));
        }
        lines.add(resolved(1_099));
        write(lines.toArray(String[]::new));
        awaitResolved(source, 1_099);
        assertThat(follower.poll(2_000, 1_099)).hasSize(1_000);

        source.retainAfter(1_099);
        write(row(1_200, "orders", "next"), resolved(1_200));
        awaitResolved(source, 1_200);

        assertThat(keys(follower, 1_200)).containsExactly("next");
        assertThat(keys(source.rows(ORDERS, 1_099, () -> {}), 1_200)).containsExactly("next");
        fails(ErrorCode.SOURCE_HISTORY_LOST, "forgotten", () -> source.rows(ORDERS, 10, () -> {}));
        fails(ErrorCode.SOURCE_HISTORY_LOST, "forgotten", () -> sleeper.poll(10, 1_200));
    }

    @Test
    @DisplayName("a file that becomes shorter, goes, or is replaced is an error of the source, and who waits is told")
    void notAppendedTo() throws IOException {
        for (String how : List.of("has become shorter", "was replaced by another file", "is not there any more")) {
            Files.deleteIfExists(file());
            write(create(10, "orders"), row(12, "orders", "a"), resolved(12));
            Source source = tail();
            awaitResolved(source, 12);
            AtomicInteger told = new AtomicInteger();
            RowReader reader = source.rows(ORDERS, 12, told::incrementAndGet);

            switch (how) {
                case "has become shorter" -> Files.writeString(file(), create(10, "orders") + "\n");
                case "was replaced by another file" -> {
                    Path other = temporary.resolve("other");
                    Files.copy(file(), other);
                    Files.move(other, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
                default -> Files.delete(file());
            }

            Until.holds("a reader is told: the file " + how, () -> told.get() > 0, told::get);
            fails(ErrorCode.SOURCE_HISTORY_LOST, how, () -> reader.poll(1, 12));
            fails(ErrorCode.SOURCE_HISTORY_LOST, how, () -> source.tablesAt(12));
            assertThat(source.resolvedTs()).isEqualTo(12);
        }
    }

    @Test
    @DisplayName("a line that cannot be used is named, and what was resolved before stays so")
    void badLine() {
        write(create(10, "orders"), resolved(12), row(12, "orders", "late"));
        Source source = tail();
        Until.holds(
                "the source has failed",
                () -> {
                    try {
                        source.tablesAt(10);
                        return false;
                    } catch (MaintainerException e) {
                        return e.code() == ErrorCode.BAD_INPUT;
                    }
                },
                source::resolvedTs);

        fails(
                ErrorCode.BAD_INPUT,
                "log.ndjson:3: commitTs 12 comes after a line that says that all up to 12 is there",
                () -> source.rows(ORDERS, 10, () -> {}));
        assertThat(source.resolvedTs()).isEqualTo(12);
    }

    @Test
    @DisplayName("a log that has no first line yet, or is not there, is refused: open it again later")
    void notYet() {
        fails(ErrorCode.SOURCE_UNAVAILABLE, "no such file", this::tail);
        writeRaw(create(10, "orders"));
        fails(ErrorCode.SOURCE_UNAVAILABLE, "no complete first line yet", this::tail);
        writeRaw("\n");
        assertThat(tail().startTs()).isEqualTo(9);
    }

    @Test
    @DisplayName(
            "what the settings cannot mean is refused: another mode, a name of a finished log, a run over one without end")
    void settings() {
        write(create(10, "orders"));
        ConnectorAddress address = new ConnectorAddress("changelog", file().toString());
        ChangeLogSourceProvider provider = new ChangeLogSourceProvider();

        fails(ErrorCode.BAD_CONFIGURATION, "must be all or tail, and is 'both'", () -> tail("mode", "both"));
        fails(ErrorCode.BAD_CONFIGURATION, "name of source changelog", () -> tail("mode", "all", "name", "x"));
        fails(ErrorCode.BAD_CONFIGURATION, "name of source changelog", () -> tail("name", " "));
        fails(
                ErrorCode.BAD_CONFIGURATION,
                "has no end",
                () -> provider.openPaced(address, new TreeMap<>(java.util.Map.of("mode", "tail"))));
    }

    @Test
    @DisplayName("read as a finished log, lines about what is complete are no events, but must be true")
    void asFinishedLog() {
        String log = String.join("\n", create(10, "orders"), resolved(11), row(12, "orders", "a"), resolved(20), "");

        try (ChangeLog read = ChangeLogReader.read("x", in(log))) {
            assertThat(read.size()).isEqualTo(2);
            assertThat(read.endTs()).isEqualTo(12);
        }
        fails(
                ErrorCode.BAD_INPUT,
                "x:5: commitTs 20",
                () -> ChangeLogReader.read("x", in(log + row(20, "orders", "b") + "\n")));
        fails(ErrorCode.BAD_INPUT, "empty", () -> ChangeLogReader.read("x", in(resolved(3) + "\n")));
        fails(ErrorCode.BAD_INPUT, "unknown type 'end'", () -> ChangeLogReader.read("x", in("{\"type\":\"end\"}\n")));
        fails(
                ErrorCode.BAD_INPUT,
                "resolved ts 0 is out of range",
                () -> ChangeLogReader.read("x", in(resolved(0) + "\n")));
    }

    private static ByteArrayInputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
