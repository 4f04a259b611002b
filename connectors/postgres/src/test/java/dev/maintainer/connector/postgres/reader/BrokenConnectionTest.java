package dev.maintainer.connector.postgres.reader;

import static dev.maintainer.connector.postgres.reader.Scripted.begin;
import static dev.maintainer.connector.postgres.reader.Scripted.commit;
import static dev.maintainer.connector.postgres.reader.Scripted.insert;
import static dev.maintainer.connector.postgres.reader.Scripted.insertIn;
import static dev.maintainer.connector.postgres.reader.Scripted.part;
import static dev.maintainer.connector.postgres.reader.Scripted.partEnds;
import static dev.maintainer.connector.postgres.reader.Scripted.table;
import static dev.maintainer.connector.postgres.reader.Scripted.tableIn;
import static dev.maintainer.connector.postgres.reader.ScriptedServer.BREAKS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokenConnectionTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final RecordingLog log = new RecordingLog();
    private final ScriptedServer server = new ScriptedServer();

    @SuppressWarnings("NullAway.Init")
    private SlotReader reader;

    @SuppressWarnings("NullAway.Init")
    private Thread thread;

    private void read(long startTs, TransactionLog into) {
        ReaderSettings settings = new ReaderSettings(new SlotName("s"), "p", 0, directory, 1, 1 << 20, Duration.ZERO);
        reader = new SlotReader(server, settings, null, startTs, startTs, 1, into, ReaderTime.SYSTEM);
        thread = new Thread(reader::run, "reader");
        thread.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        reader.close();
        thread.join();
        assertThat(directory).isEmptyDirectory();
    }

    private void awaitChanges(int count) {
        log.await(count + " changes", () -> log.changes().size() >= count, reader::status);
    }

    private void awaitState(ReaderState state) {
        log.await(state.name(), () -> reader.status().state() == state, reader::status);
    }

    @Test
    @DisplayName(
            "what was not complete when the connection broke comes again as a whole, and what was complete does not")
    void breaks() {
        server.session(
                        begin(7, 100),
                        table(1, "t", "a"),
                        insert(1, "complete"),
                        commit(100),
                        part(9, true),
                        tableIn(9, 1, "t", "a"),
                        insertIn(9, 1, "in part"),
                        partEnds(),
                        begin(8, 120),
                        insert(1, "broken off"),
                        BREAKS)
                .session(begin(8, 120), table(1, "t", "a"), insert(1, "broken off"), commit(120));
        read(50, log);
        awaitChanges(2);

        assertThat(log.changes()).containsExactly("+t[a=complete]", "+t[a=broken off]");
        assertThat(server.starts()).containsExactly(50L, 108L);
        assertThat(server.reports()).as("nobody has confirmed anything").containsOnly(1L);
    }

    @Test
    @DisplayName("a transaction that its log cannot take now is offered again after another start")
    void logFails() {
        server.session(begin(7, 100), table(1, "t", "a"), insert(1, "x"), commit(100))
                .session(begin(7, 100), table(1, "t", "a"), insert(1, "x"), commit(100));
        AtomicInteger offers = new AtomicInteger();
        read(50, new TransactionLog() {
            @Override
            public void readsFrom(KnownSource source) {
                log.readsFrom(source);
            }

            @Override
            public boolean offer(CommittedTransaction transaction) {
                if (offers.incrementAndGet() == 1) {
                    transaction.next();
                    throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the disk is full");
                }
                return log.offer(transaction);
            }

            @Override
            public void resolved(long ts) {
                log.resolved(ts);
            }
        });
        awaitChanges(1);

        assertThat(log.changes()).containsExactly("+t[a=x]");
        assertThat(server.starts()).containsExactly(50L, 50L);
    }

    @Test
    @DisplayName("a transaction that its log has taken does not come again, even if the rest of it cannot be used")
    void takenOnce() {
        server.session(begin(7, 100), table(1, "t", "a"), insert(1, "x"), new byte[] {'R'}, commit(100));
        AtomicInteger offers = new AtomicInteger();
        read(50, new TransactionLog() {
            @Override
            public boolean offer(CommittedTransaction transaction) {
                offers.incrementAndGet();
                return true;
            }

            @Override
            public void resolved(long ts) {}
        });
        awaitState(ReaderState.FAILED);

        assertThat(offers).hasValue(1);
        assertThat(reader.status().resolvedTs()).isEqualTo(108);
    }

    @Test
    @DisplayName("bytes that are no message end the reader; it does not go on behind them")
    void badBytes() {
        server.session(begin(7, 100), new byte[] {'?'}, commit(100), begin(8, 120), commit(120));
        read(50, log);
        awaitState(ReaderState.FAILED);

        assertThat(Objects.requireNonNull(reader.status().failure()).code()).isEqualTo(ErrorCode.BAD_INPUT);
        assertThat(log.commits()).isEmpty();
        assertThat(server.starts()).hasSize(1);
    }

    @Test
    @DisplayName(
            "while a transaction is being sent nothing is resolved from its commit on, whatever the server has reached")
    void unfinished() {
        server.received(5000).session(begin(7, 100), table(1, "t", "a"));
        read(50, log);
        log.await(
                "the commit that is coming",
                () -> log.resolved() >= 100 && reader.status().openTransactions() == 1,
                reader::status);

        assertThat(log.resolved()).isEqualTo(100);
    }

    @Test
    @DisplayName("what was confirmed stays confirmed, whoever comes later with less")
    void confirmedStays() {
        server.received(5000);
        read(50, log);
        log.await("the position of the server", () -> log.resolved() == 5000, reader::status);
        reader.confirm(5000);
        reader.confirm(60);
        int reports = server.reports().size();
        log.await("more reports", () -> server.reports().size() > reports + 5, reader::status);

        assertThat(server.reports()).isSorted().endsWith(5000L);
    }

    @Test
    void aStandbyIsWaitedForUntilItIsPromoted() {
        server.isStandbyFor(2).session(begin(7, 100), table(1, "t", "a"), insert(1, "x"), commit(100));
        read(50, log);
        awaitChanges(1);

        assertThat(server.starts()).containsExactly(50L);
        assertThat(reader.known()).isEqualTo(new KnownSource("sys", 5, 1, 77));
    }

    @Test
    void aReaderThatIsClosedSaysSo() throws InterruptedException {
        read(50, log);
        awaitState(ReaderState.STREAMING);
        reader.close();
        thread.join();

        assertThat(reader.status().state()).isEqualTo(ReaderState.CLOSED);
    }
}
