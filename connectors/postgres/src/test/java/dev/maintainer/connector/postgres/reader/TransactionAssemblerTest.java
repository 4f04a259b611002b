package dev.maintainer.connector.postgres.reader;

import static dev.maintainer.connector.postgres.reader.Scripted.begin;
import static dev.maintainer.connector.postgres.reader.Scripted.commit;
import static dev.maintainer.connector.postgres.reader.Scripted.delete;
import static dev.maintainer.connector.postgres.reader.Scripted.insert;
import static dev.maintainer.connector.postgres.reader.Scripted.insertIn;
import static dev.maintainer.connector.postgres.reader.Scripted.part;
import static dev.maintainer.connector.postgres.reader.Scripted.partEnds;
import static dev.maintainer.connector.postgres.reader.Scripted.rolledBack;
import static dev.maintainer.connector.postgres.reader.Scripted.streamCommit;
import static dev.maintainer.connector.postgres.reader.Scripted.table;
import static dev.maintainer.connector.postgres.reader.Scripted.tableIn;
import static dev.maintainer.connector.postgres.reader.Scripted.truncate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.WalMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionAssemblerTest {
    private static final long LARGE = 1 << 20;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private final List<TransactionAssembler> assemblers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        assemblers.forEach(TransactionAssembler::close);
        nothingIsLeft();
    }

    /** A file has no name any more as soon as it is open. */
    private void nothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).as("files of transactions").isEmpty();
        }
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                try {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException e) {
                    // That of the list itself.
                }
            }
        }
        assertThat(open).as("open files").noneMatch(file -> file.startsWith(directory.toString()));
    }

    private TransactionAssembler assembler(long memoryBytes, long spoolBytes) {
        ReaderSettings settings =
                new ReaderSettings(new SlotName("s"), "p", 0, directory, memoryBytes, spoolBytes, Duration.ZERO);
        TransactionAssembler assembler = new TransactionAssembler(1, settings, () -> {});
        assemblers.add(assembler);
        return assembler;
    }

    private static List<String> read(TransactionAssembler assembler, byte[]... messages) {
        List<String> transactions = new ArrayList<>();
        for (byte[] message : messages) {
            CommittedTransaction committed = assembler.accept(message, 0);
            if (committed != null) {
                transactions.add(Scripted.text(committed));
                assembler.finish();
            }
        }
        return transactions;
    }

    private static void refused(ErrorCode code, String text, TransactionAssembler assembler, byte[]... messages) {
        assertThatThrownBy(() -> read(assembler, messages))
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    @DisplayName("a transaction comes when it is complete, at the position where its commit ends")
    void whole() {
        assertThat(read(
                        assembler(LARGE, LARGE),
                        begin(7, 100),
                        table(1, "t", "a", "b"),
                        insert(1, "x", null),
                        delete(1, "x", null),
                        truncate(1),
                        commit(100),
                        begin(8, 120),
                        insert(1, "known", "still"),
                        commit(120)))
                .containsExactly("7@108: +t[a=x, b=null], -t[a=x, b=null], 0[t]", "8@128: +t[a=known, b=still]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 200, LARGE})
    @DisplayName("running transactions come in parts, and are read when they commit, in the order of commits")
    void parts(long memoryBytes) {
        assertThat(read(
                        assembler(memoryBytes, LARGE),
                        part(7, true),
                        tableIn(7, 1, "t", "a"),
                        insertIn(7, 1, "first of 7"),
                        partEnds(),
                        part(9, true),
                        tableIn(9, 1, "t", "a"),
                        insertIn(9, 1, "first of 9"),
                        partEnds(),
                        begin(8, 100),
                        table(1, "t", "a"),
                        insert(1, "of 8"),
                        commit(100),
                        part(7, false),
                        insertIn(7, 1, "second of 7"),
                        partEnds(),
                        streamCommit(9, 120),
                        streamCommit(7, 140)))
                .containsExactly(
                        "8@108: +t[a=of 8]", "9@128: +t[a=first of 9]", "7@148: +t[a=first of 7], +t[a=second of 7]");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 200, LARGE})
    @DisplayName("what was rolled back to a savepoint is not there, with all that was nested in it")
    void savepoints(long memoryBytes) {
        TransactionAssembler assembler = assembler(memoryBytes, LARGE);
        assertThat(read(
                        assembler,
                        part(7, true),
                        tableIn(7, 1, "t", "a"),
                        insertIn(7, 1, "kept"),
                        insertIn(10, 1, "rolled back"),
                        insertIn(11, 1, "nested in it"),
                        insertIn(10, 1, "after it"),
                        partEnds(),
                        rolledBack(7, 11),
                        rolledBack(7, 10),
                        rolledBack(7, 10),
                        part(7, false),
                        tableIn(12, 1, "t", "a"),
                        insertIn(12, 1, "of another savepoint"),
                        insertIn(7, 1, "the end"),
                        partEnds(),
                        // No server says so again, and what came since is no part of it.
                        rolledBack(7, 11),
                        streamCommit(7, 100)))
                .containsExactly("7@108: +t[a=kept], +t[a=of another savepoint], +t[a=the end]");
        assertThat(assembler.held()).isZero();
        assertThat(assembler.spooled()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, LARGE})
    void aTransactionThatIsRolledBackLeavesNothing(long memoryBytes) throws IOException {
        TransactionAssembler assembler = assembler(memoryBytes, LARGE);
        read(assembler, part(7, true), tableIn(7, 1, "t", "a"), insertIn(7, 1, "never"), partEnds());
        assertThat(assembler.open()).isOne();
        assertThat(assembler.held() + assembler.spooled()).isPositive();

        assertThat(read(assembler, rolledBack(7, 7))).isEmpty();

        assertThat(assembler.open()).isZero();
        assertThat(assembler.held() + assembler.spooled()).isZero();
        nothingIsLeft();
    }

    @Test
    @DisplayName("a connection that ends leaves nothing of transactions that were not complete")
    void closed() throws IOException {
        TransactionAssembler assembler = assembler(1, LARGE);
        read(assembler, part(7, true), tableIn(7, 1, "t", "a"), partEnds(), part(8, true), tableIn(8, 1, "t", "a"));
        read(assembler, partEnds(), begin(9, 100), table(1, "t", "a"));
        assertThat(assembler.open()).isEqualTo(3);
        assertThat(assembler.spooled()).isPositive();

        assembler.close();

        nothingIsLeft();
    }

    @Test
    @DisplayName("a rollback of something that has not been sent is none of ours")
    void unknownRollback() {
        assertThat(read(assembler(LARGE, LARGE), rolledBack(99, 100), rolledBack(99, 99)))
                .isEmpty();
    }

    @Test
    @DisplayName("the server relies on the description that it has sent last, also if its transaction commits later")
    void lastDescription() {
        assertThat(read(
                        assembler(LARGE, LARGE),
                        part(7, true),
                        tableIn(7, 1, "t", "old"),
                        insertIn(7, 1, "before the change"),
                        partEnds(),
                        begin(8, 100),
                        table(1, "t", "new", "more"),
                        insert(1, "x", "y"),
                        commit(100),
                        streamCommit(7, 120),
                        begin(9, 140),
                        insert(1, "x", "y"),
                        commit(140)))
                .containsExactly(
                        "8@108: +t[new=x, more=y]", "7@128: +t[old=before the change]", "9@148: +t[new=x, more=y]");
    }

    @Test
    @DisplayName("a description in a part counts for later transactions once it is committed")
    void descriptionInAPart() {
        assertThat(read(
                        assembler(LARGE, LARGE),
                        part(7, true),
                        tableIn(7, 1, "t", "a"),
                        partEnds(),
                        streamCommit(7, 100),
                        begin(8, 120),
                        insert(1, "x"),
                        commit(120)))
                .containsExactly("7@108: ", "8@128: +t[a=x]");
        refused(
                ErrorCode.BAD_INPUT,
                "not described",
                assembler(LARGE, LARGE),
                part(7, true),
                tableIn(7, 1, "t", "a"),
                partEnds(),
                rolledBack(7, 7),
                begin(8, 120),
                insert(1, "x"),
                commit(120));
    }

    @Test
    @DisplayName("descriptions count also of a transaction that nobody has read to its end")
    void unread() {
        TransactionAssembler assembler = assembler(LARGE, LARGE);
        read(assembler, begin(7, 100), table(1, "t", "a"));
        assertThat(assembler.accept(commit(100), 0)).isNotNull();
        assembler.finish();

        assertThat(read(assembler, begin(8, 120), insert(1, "x"), commit(120))).containsExactly("8@128: +t[a=x]");
    }

    @Test
    @DisplayName("memory has a limit for all transactions together, and the largest goes into a file first")
    void memory() {
        String value = "v".repeat(100);
        TransactionAssembler assembler = assembler(10_000, LARGE);
        List<byte[]> messages = new ArrayList<>();
        for (int xid = 1; xid <= 20; xid++) {
            for (int i = 0; i < 50; i++) {
                messages.add(part(xid, i == 0));
                if (i == 0) {
                    messages.add(tableIn(xid, 1, "t", "a"));
                }
                messages.add(insertIn(xid, 1, value + i));
                messages.add(partEnds());
            }
        }
        for (byte[] message : messages) {
            read(assembler, message);
            assertThat(assembler.held()).isLessThanOrEqualTo(10_000);
        }
        assertThat(assembler.spooled()).isGreaterThan(20 * 50 * 100 - 10_000);
        for (int xid = 1; xid <= 20; xid++) {
            List<String> read = read(assembler, streamCommit(xid, 1000L * xid));
            assertThat(read).hasSize(1);
            assertThat(List.of(read.get(0).split(", ")))
                    .hasSize(50)
                    .last()
                    .asString()
                    .endsWith("v49]");
        }
        assertThat(assembler.held()).isZero();
        assertThat(assembler.spooled()).isZero();
    }

    @Test
    void aTransactionLargerThanAllSpaceIsRefusedByName() {
        refused(
                ErrorCode.BAD_CONFIGURATION,
                "transaction 7 alone has",
                assembler(1, 300),
                part(7, true),
                tableIn(7, 1, "t", "a"),
                insertIn(7, 1, "x".repeat(300)));
    }

    @Test
    @DisplayName("messages in an order that no server has are refused, and nothing is guessed")
    void order() {
        byte[] begin = begin(7, 100);
        byte[] table = table(1, "t", "a");
        refused(ErrorCode.BAD_INPUT, "outside of a transaction", assembler(LARGE, LARGE), table);
        refused(ErrorCode.BAD_INPUT, "has not begun", assembler(LARGE, LARGE), commit(100));
        refused(ErrorCode.BAD_INPUT, "Begin within transaction 7", assembler(LARGE, LARGE), begin, begin);
        refused(ErrorCode.BAD_INPUT, "StreamStart within", assembler(LARGE, LARGE), begin, part(9, true));
        refused(ErrorCode.BAD_INPUT, "StreamCommit within", assembler(LARGE, LARGE), begin, streamCommit(9, 100));
        refused(ErrorCode.BAD_INPUT, "StreamAbort within", assembler(LARGE, LARGE), begin, rolledBack(9, 9));
        refused(
                ErrorCode.BAD_INPUT,
                "was to commit at 0/64 and did at 0/65",
                assembler(LARGE, LARGE),
                begin,
                commit(101));
        refused(ErrorCode.BAD_INPUT, "no part has come", assembler(LARGE, LARGE), streamCommit(9, 100));
        refused(ErrorCode.BAD_INPUT, "first has not come", assembler(LARGE, LARGE), part(9, false));
        refused(
                ErrorCode.BAD_INPUT,
                "is the first, and is not",
                assembler(LARGE, LARGE),
                part(9, true),
                partEnds(),
                part(9, true));
        refused(ErrorCode.BAD_INPUT, "kind", assembler(LARGE, LARGE), new byte[0]);
        refused(ErrorCode.BAD_INPUT, "4 bytes", assembler(LARGE, LARGE), part(9, true), new byte[] {'I', 0, 0, 1});
        refused(
                ErrorCode.BAD_INPUT,
                "after one at",
                assembler(LARGE, LARGE),
                begin,
                commit(100),
                begin(8, 90),
                commit(90));
    }

    @Test
    void aRowOfAnotherShapeThanDescribedIsRefused() {
        refused(
                ErrorCode.BAD_INPUT,
                "a row of 2 columns of table 1",
                assembler(LARGE, LARGE),
                begin(7, 100),
                table(1, "t", "a"),
                insert(1, "x", "y"),
                commit(100));
    }

    @Test
    @DisplayName("what sessions write into the log, and where transactions came from, changes nothing")
    void forged() {
        WalMessage atOnce = new WalMessage.Logical(0, false, 5, "maintainer.ddl", RandomMessages.content(1));
        WalMessage within = new WalMessage.Logical(0, true, 5, "maintainer.ddl", RandomMessages.content(1));
        assertThat(read(
                        assembler(LARGE, LARGE),
                        Scripted.whole(atOnce),
                        begin(7, 100),
                        Scripted.whole(new WalMessage.Origin(3, "elsewhere")),
                        table(1, "t", "a"),
                        Scripted.whole(within),
                        insert(1, "x"),
                        commit(100)))
                .containsExactly("7@108: +t[a=x]");
    }

    @Test
    @DisplayName("while a transaction is being sent, nothing is known of what is committed at its position or later")
    void nextCommit() {
        TransactionAssembler assembler = assembler(LARGE, LARGE);
        assertThat(assembler.nextCommitLsn()).isEqualTo(Long.MAX_VALUE);
        read(assembler, begin(7, 100));
        assertThat(assembler.nextCommitLsn()).isEqualTo(100);
        read(assembler, commit(100));
        assertThat(assembler.nextCommitLsn()).isEqualTo(Long.MAX_VALUE);
    }
}
