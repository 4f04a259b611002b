package dev.maintainer.connector.postgres.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
    private static final TableSpan FIRST = TableSpan.whole(new TableId(1));
    private static final long BEGIN = 1_000;

    @TempDir
    private Path temporary;

    private StoreSettings settings(long segmentBytes) {
        return settings(segmentBytes, false);
    }

    private StoreSettings settings(long segmentBytes, boolean durable) {
        return new StoreSettings(temporary.resolve("store"), "here", durable, 1 << 30, segmentBytes);
    }

    private EventStore fresh(long segmentBytes) {
        EventStore store = EventStore.open(settings(segmentBytes));
        store.beginAfter(BEGIN);
        return store;
    }

    private static RowEvent row(long ts, String key, String row) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.I, key, SpanBound.before(key), row, "d");
    }

    private long fileCount() {
        try (Stream<Path> files = Files.list(temporary.resolve("store"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everySpanReadsExactlyItsRowsFromAnywhere() {
        StoreModel model = new StoreModel(1, 5, BEGIN);
        try (EventStore store = fresh(1 << 14)) {
            for (int i = 0; i < 2_000; i++) {
                model.put(store, model.next(i % 100 == 0 ? 500 : 4));
                if (i % 50 == 0) {
                    // Or all of it would be written at once.
                    model.awaitResolved(store);
                }
            }
            model.awaitResolved(store);
            assertThat(fileCount()).isGreaterThan(5);
            for (int table = 1; table <= 6; table++) {
                TableSpan whole = TableSpan.whole(new TableId(table));
                assertThat(StoreModel.read(store, whole, BEGIN, 7)).isEqualTo(model.expected(whole, BEGIN));
                SpanBound cut = SpanBound.before(new byte[] {1, 1, 100});
                TableSpan part = new TableSpan(whole.table(), SpanBound.LOWEST, cut);
                for (long after = BEGIN; after <= model.ts; after += (model.ts - BEGIN) / 7) {
                    assertThat(StoreModel.read(store, part, after, 256)).isEqualTo(model.expected(part, after));
                }
            }
        }
    }

    @Test
    void aReaderThatHasPassedAllIsToldOnceWhenMoreComes() {
        AtomicInteger told = new AtomicInteger();
        try (EventStore store = fresh(1 << 20);
                RowReader reader = store.read(FIRST, BEGIN, told::incrementAndGet)) {
            assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);

            store.add(row(2_000, "a", "{}"));
            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);
            store.add(row(3_000, "b", "{}"));
            store.commit(3_000, 0);
            StoreModel.awaitResolved(store, 3_000);

            assertThat(reader.nextTs()).isEqualTo(2_000);
            assertThat(told).hasValue(1);
            assertThat(reader.poll(10, 2_500)).extracting(RowEvent::commitTs).containsExactly(2_000L);
            assertThat(reader.nextTs()).isEqualTo(3_000);
        }
    }

    @Test
    void nothingOfATransactionIsSeenBeforeItIsComplete() {
        try (EventStore store = fresh(1 << 20)) {
            // Much more than what is written as one part.
            for (int i = 0; i < 30_000; i++) {
                store.add(row(2_000, "k" + i, "{\"v\":\"" + "x".repeat(100) + "\"}"));
            }
            store.resolved(BEGIN + 1);
            assertThat(StoreModel.read(store, FIRST, BEGIN, 100)).isEmpty();
            assertThat(store.resolvedTs()).isLessThan(2_000);

            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);

            assertThat(StoreModel.read(store, FIRST, BEGIN, 256)).hasSize(30_000);
        }
    }

    @Test
    void nothingIsSeenBeforeItIsDurable() throws Exception {
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch forced = new CountDownLatch(1);
        try (EventStore store = EventStore.open(settings(1 << 20, true), segment -> {
            forcing.countDown();
            awaitLatch(forced);
            segment.force();
        })) {
            store.beginAfter(BEGIN);
            store.add(row(2_000, "a", "{}"));
            store.commit(2_000, 0);
            store.resolved(2_500);
            awaitLatch(forcing);
            assertThat(store.resolvedTs()).isEqualTo(BEGIN);
            try (RowReader reader = store.read(FIRST, BEGIN, () -> {})) {
                assertThat(reader.nextTs()).isEqualTo(RowReader.NONE);
            }

            forced.countDown();
            StoreModel.awaitResolved(store, 2_500);
            assertThat(StoreModel.read(store, FIRST, BEGIN, 10)).hasSize(1);
        }
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS))
                    .as("waited in vain for the disk")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void whatCannotBeMadeDurableIsNeverSeenAndTheStoreEnds() {
        EventStore store = EventStore.open(settings(1 << 20, true), segment -> {
            throw new IOException("the disk is broken");
        });
        try (store) {
            store.beginAfter(BEGIN);
            store.add(row(2_000, "a", "{}"));
            store.commit(2_000, 0);
            store.resolved(2_500);
            await("the end of the store", () -> hasEnded(store));
            assertThat(store.resolvedTs()).isEqualTo(BEGIN);
        }
        try (EventStore again = EventStore.open(settings(1 << 20, true))) {
            assertThat(again.resolvedTs()).isZero();
        }
    }

    private static boolean hasEnded(EventStore store) {
        try {
            store.check();
            return false;
        } catch (MaintainerException e) {
            assertThat(e).hasMessageContaining("the disk is broken");
            return true;
        }
    }

    @Test
    void aTransactionThatIsTakenBackLeavesNothingHoweverLargeItIs() {
        try (EventStore store = fresh(1 << 20)) {
            store.add(row(2_000, "before", "{}"));
            store.commit(2_000, 0);
            for (int rows : new int[] {1, 30_000}) {
                for (int i = 0; i < rows; i++) {
                    store.add(row(3_000, "k" + i, "{\"v\":\"" + "x".repeat(100) + "\"}"));
                }
                store.rollBack();
            }
            store.add(row(3_000, "again", "{}"));
            store.commit(3_000, 0);
            StoreModel.awaitResolved(store, 3_000);

            assertThat(StoreModel.read(store, FIRST, BEGIN, 100))
                    .extracting(RowEvent::key)
                    .containsExactly("before", "again");
        }
        try (EventStore again = EventStore.open(settings(1 << 20))) {
            assertThat(StoreModel.read(again, FIRST, BEGIN, 100)).hasSize(2);
        }
    }

    @Test
    void whatWasResolvedIsThereWhenItIsOpenedAgain() {
        StoreModel model = new StoreModel(2, 3, BEGIN);
        for (int opening = 0; opening < 5; opening++) {
            EventStore store = opening == 0 ? fresh(1 << 12) : EventStore.open(settings(1 << 12));
            try (store) {
                assertThat(store.resolvedTs()).isEqualTo(model.ts);
                for (int i = 0; i < 300; i++) {
                    model.put(store, model.next(5));
                }
                model.awaitResolved(store);
            }
        }
        try (EventStore store = EventStore.open(settings(1 << 12))) {
            assertThat(store.beginTs()).isEqualTo(BEGIN);
            assertThat(StoreModel.read(store, FIRST, BEGIN, 100)).isEqualTo(model.expected(FIRST, BEGIN));
            assertThat(store.clock().wallMillis(model.ts)).isPositive();
        }
    }

    @Test
    void aFileThatEndsAnywhereHasTheTransactionsThatAreWhole() throws IOException {
        StoreModel model = new StoreModel(3, 2, BEGIN);
        List<Long> ends = new ArrayList<>(List.of(BEGIN));
        try (EventStore store = fresh(1 << 20)) {
            for (int i = 0; i < 6; i++) {
                model.put(store, model.next(3));
                model.awaitResolved(store);
                ends.add(model.ts);
            }
        }
        Path file = temporary.resolve("store").resolve("1.rows");
        Path whole = Files.copy(file, temporary.resolve("whole"));
        long last = -1;
        for (long length = Files.size(whole); length >= 0; length--) {
            Files.copy(whole, file, StandardCopyOption.REPLACE_EXISTING);
            try (var channel = java.nio.channels.FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(length);
            }
            try (EventStore store = EventStore.open(settings(1 << 20))) {
                long end = store.resolvedTs();
                if (end != last) {
                    assertThat(end == 0 || ends.contains(end))
                            .as("up to %s of %s bytes", end, length)
                            .isTrue();
                    last = end;
                }
                if (end > 0) {
                    List<RowEvent> expected = model.expected(FIRST, BEGIN).stream()
                            .filter(row -> row.commitTs() <= end)
                            .toList();
                    assertThat(StoreModel.read(store, FIRST, BEGIN, 100)).isEqualTo(expected);
                }
            }
        }
        assertThat(last).isZero();
    }

    @Test
    void aFileThatIsDamagedBeforeTheLastOneMeansThatNothingIsKept() throws IOException {
        StoreModel model = new StoreModel(4, 2, BEGIN);
        try (EventStore store = fresh(1 << 10)) {
            for (int i = 0; i < 100; i++) {
                model.put(store, model.next(5));
                model.awaitResolved(store);
            }
        }
        assertThat(fileCount()).isGreaterThan(3);
        damage(temporary.resolve("store").resolve("2.rows"));

        try (EventStore store = EventStore.open(settings(1 << 10))) {
            assertThat(store.resolvedTs()).isZero();
            assertThat(fileCount()).isZero();
        }
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void rowsThatAreDamagedWhileItIsOpenEndItAndTheNextOneIsEmpty() throws IOException {
        AtomicInteger told = new AtomicInteger();
        try (EventStore store = fresh(1 << 20);
                RowReader waits = store.read(TableSpan.whole(new TableId(9)), BEGIN, told::incrementAndGet)) {
            store.add(row(2_000, "a", "{\"v\":\"" + "x".repeat(1000) + "\"}"));
            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);
            damage(temporary.resolve("store").resolve("1.rows"));

            assertThatThrownBy(() -> StoreModel.read(store, FIRST, BEGIN, 10))
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE))
                    .hasMessageContaining("the source is read again");
            assertThat(waits.nextTs()).isEqualTo(RowReader.NONE);
            assertThat(told).hasValue(1);
            assertThatThrownBy(store::hasRoom).isInstanceOf(MaintainerException.class);
        }
        try (EventStore store = EventStore.open(settings(1 << 20))) {
            assertThat(store.resolvedTs()).isZero();
        }
    }

    @Test
    void whatBelongsToAnotherSourceIsNotTaken() {
        try (EventStore store = fresh(1 << 20)) {
            store.add(row(2_000, "a", "{}"));
            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);
        }
        StoreSettings other = new StoreSettings(temporary.resolve("store"), "elsewhere", false, 1 << 30, 1 << 20);
        try (EventStore store = EventStore.open(other)) {
            assertThat(store.resolvedTs()).isZero();
        }
    }

    @Test
    void whatAnEarlierReleaseHasLeftIsReadFromTheSourceAgain() throws IOException {
        Path directory = Files.createDirectories(temporary.resolve("store"));
        try (InputStream left = EventStoreTest.class.getResourceAsStream("form1.rows")) {
            Files.copy(left, directory.resolve("1.rows"));
        }
        try (EventStore store = EventStore.open(settings(1 << 20))) {
            assertThat(store.resolvedTs()).isZero();
            assertThat(fileCount()).isZero();
            store.beginAfter(BEGIN);
            store.add(row(2_000, "a", "{}"));
            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);
            assertThat(StoreModel.read(store, FIRST, BEGIN, 10)).hasSize(1);
        }
    }

    @Test
    void aBatchIsBoundedByBytesAndHasARowAtLeast() {
        try (EventStore store = fresh(1 << 26)) {
            for (int i = 0; i < 8; i++) {
                store.add(row(2_000, "k" + i, "{\"v\":\"" + "x".repeat(i < 4 ? 400_000 : 2_000_000) + "\"}"));
            }
            store.commit(2_000, 0);
            StoreModel.awaitResolved(store, 2_000);
            List<Integer> sizes = new ArrayList<>();
            try (RowReader reader = store.read(FIRST, BEGIN, () -> {})) {
                while (reader.nextTs() <= 2_000) {
                    sizes.add(reader.poll(reader.batchRows(), 2_000).size());
                }
            }
            assertThat(sizes).containsExactly(3, 2, 1, 1, 1);
        }
    }

    @Test
    void whatIsBehindTheCheckpointIsGivenBackAndTheRestIsRead() {
        StoreModel model = new StoreModel(5, 3, BEGIN);
        try (EventStore store = fresh(1 << 12)) {
            for (int i = 0; i < 200; i++) {
                model.put(store, model.next(5));
                model.awaitResolved(store);
            }
            long files = fileCount();
            long middle = BEGIN + (model.ts - BEGIN) / 2;
            store.truncateBelow(middle);
            await("half of the files to go", () -> fileCount() < files * 2 / 3);

            assertThat(StoreModel.read(store, FIRST, middle, 100)).isEqualTo(model.expected(FIRST, middle));
            assertThatThrownBy(() -> StoreModel.read(store, FIRST, BEGIN, 10))
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
        }
        try (EventStore store = EventStore.open(settings(1 << 12))) {
            assertThat(store.beginTs()).isGreaterThan(BEGIN);
            assertThat(store.resolvedTs()).isEqualTo(model.ts);
        }
    }

    @Test
    void whoeverBeginsAheadOfTheStoreMissesNothingThatHeNeverAskedFor() {
        try (EventStore store = EventStore.openWithoutThread(settings(1 << 10), Segment::force)) {
            store.beginAfter(BEGIN);
            long ahead = BEGIN + 2_400;
            long ts = BEGIN;
            try (RowReader reader = store.read(FIRST, ahead, () -> {})) {
                while (ts <= ahead) {
                    ts += 24;
                    store.add(row(ts, "k" + ts, "{}"));
                    store.commit(ts, 0);
                    store.writeWaiting();
                }
                store.truncateBelow(ahead - 240);
                store.writeWaiting();

                assertThat(store.beginTs()).isBetween(BEGIN + 1, ahead);
                assertThat(reader.poll(10, ts)).extracting(RowEvent::commitTs).containsExactly(ts);
            }
        }
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - began).as(what).isLessThan(20_000_000_000L);
            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aFullStoreTakesNothingMoreUntilItsSlowestReaderIsThrough() {
        StoreSettings small = new StoreSettings(temporary.resolve("store"), "here", false, 20_000);
        try (EventStore store = EventStore.open(small)) {
            store.beginAfter(BEGIN);
            long ts = BEGIN;
            try (RowReader slow = store.read(FIRST, BEGIN, () -> {})) {
                while (store.hasRoom()) {
                    ts += 24;
                    store.add(row(ts, "k" + ts, "{\"v\":\"" + "x".repeat(500) + "\"}"));
                    store.commit(ts, 0);
                    StoreModel.awaitResolved(store, ts);
                }
                assertThat(store.bytes()).isBetween(20_000L, 22_000L);
                assertThat(store.slowest()).contains(FIRST);
                assertThat(slow.poll(1_000, ts)).hasSizeGreaterThan(20);
                assertThat(store.slowest()).isEmpty();
            }
            store.truncateBelow(ts);
            await("room", store::hasRoom);
        }
    }
}
