package dev.maintainer.connector.postgres.world;

import dev.maintainer.connector.postgres.wal.Framing;
import dev.maintainer.connector.postgres.wal.MessageEncoder;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.world.SourceModel.Change;
import dev.maintainer.connector.postgres.world.SourceModel.Transaction;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The messages that a session of the slot gets: whole transactions, and large ones in parts with others between. */
final class LogStream {
    private final SourceModel server;
    private final Chance chance;
    private final Set<List<Long>> described = new HashSet<>();
    private final Deque<byte[]> messages = new ArrayDeque<>();
    /** Where the next transaction commits that was not put among the messages. */
    private long sentTo;
    /** What messages say that belong to the transaction that is being sent. */
    private long underWay;

    private Set<List<Long>> inParts = new HashSet<>();

    /** A server that is asked to begin within the record of a commit leaves that transaction out. */
    LogStream(SourceModel server, Chance chance, long from) {
        this.server = server;
        this.chance = chance;
        sentTo = Math.max(from, server.confirmedTs);
    }

    byte @Nullable [] poll() {
        if (messages.isEmpty()) {
            fill();
        } else if (chance.oneIn(10)) {
            // The rest of the transaction is on its way.
            return null;
        }
        return messages.poll();
    }

    /** What the last message, or a sign of life of the server, says; of a transaction that is sent as a whole that is its end. */
    long receivedLsn() {
        if (!messages.isEmpty()) {
            return underWay;
        }
        for (Transaction transaction : server.log()) {
            if (transaction.commitLsn() >= sentTo) {
                // The server has read its log up to some record before the next commit.
                return chance.between(sentTo, transaction.commitLsn());
            }
        }
        return server.walEnd();
    }

    private void fill() {
        for (Transaction transaction : server.log()) {
            if (transaction.commitLsn() >= sentTo) {
                if (transaction.changes().size() > 3 && chance.below(2) == 0) {
                    underWay = sentTo;
                    streamed(transaction);
                } else {
                    underWay = transaction.endLsn();
                    whole(transaction);
                }
                sentTo = transaction.endLsn();
                return;
            }
        }
    }

    private void whole(Transaction transaction) {
        send(new WalMessage.Begin(transaction.commitLsn(), 0, transaction.xid()), Framing.WHOLE);
        transaction.changes().forEach(change -> send(change, 0, Framing.WHOLE));
        send(new WalMessage.Commit(transaction.commitLsn(), transaction.endLsn(), 0), Framing.WHOLE);
    }

    /** In two parts; another one that is rolled back comes between. */
    private void streamed(Transaction transaction) {
        long id = transaction.xid();
        int cut = 1 + chance.below(transaction.changes().size() - 1);
        Set<List<Long>> streamedShapes = new HashSet<>();
        inParts = streamedShapes;
        send(new WalMessage.StreamStart(id, true), Framing.WHOLE);
        transaction.changes().subList(0, cut).forEach(change -> send(change, id, Framing.STREAMED));
        long savepoint = id + 2_000_000;
        boolean rollsBack = chance.below(2) == 0;
        if (rollsBack) {
            send(transaction.changes().get(0), savepoint, Framing.STREAMED);
        }
        send(new WalMessage.StreamStop(), Framing.STREAMED);
        if (rollsBack) {
            send(new WalMessage.StreamAbort(id, savepoint), Framing.WHOLE);
        }
        if (chance.below(2) == 0) {
            long lost = id + 1_000_000;
            send(new WalMessage.StreamStart(lost, true), Framing.WHOLE);
            inParts = new HashSet<>();
            send(transaction.changes().get(0), lost, Framing.STREAMED);
            inParts = streamedShapes;
            send(new WalMessage.StreamStop(), Framing.STREAMED);
            send(new WalMessage.StreamAbort(lost, lost), Framing.WHOLE);
        }
        send(new WalMessage.StreamStart(id, false), Framing.WHOLE);
        transaction
                .changes()
                .subList(cut, transaction.changes().size())
                .forEach(change -> send(change, id, Framing.STREAMED));
        send(new WalMessage.StreamStop(), Framing.STREAMED);
        send(new WalMessage.StreamCommit(id, transaction.commitLsn(), transaction.endLsn(), 0), Framing.WHOLE);
    }

    private void send(Change change, long id, Framing framing) {
        SourceTableModel table = change.shape();
        long oid = table == null ? ofNotes(change.message()) : table.oid;
        List<Long> shape = List.of(oid, table == null ? 0L : (long) table.shape);
        // What a part has described counts for its transaction alone.
        Set<List<Long>> known = framing == Framing.STREAMED ? inParts : described;
        if (known.add(shape)) {
            known.removeIf(other -> other.get(0).equals(shape.get(0)) && !other.equals(shape));
            send(table == null ? relation(oid, id) : relation(table, id), framing);
        }
        send(withXid(change.message(), id), framing);
    }

    private static long ofNotes(WalMessage.InTransaction message) {
        return message instanceof WalMessage.Update update
                ? update.relation()
                : ((WalMessage.Insert) message).relation();
    }

    private void send(WalMessage message, Framing framing) {
        messages.add(MessageEncoder.encode(message, framing));
    }

    private static WalMessage withXid(WalMessage.InTransaction message, long id) {
        if (message instanceof WalMessage.Insert insert) {
            return new WalMessage.Insert(id, insert.relation(), insert.row());
        } else if (message instanceof WalMessage.Update update) {
            return new WalMessage.Update(id, update.relation(), update.old(), update.row());
        } else if (message instanceof WalMessage.Delete delete) {
            return new WalMessage.Delete(id, delete.relation(), delete.old());
        } else if (message instanceof WalMessage.Truncate truncate) {
            return new WalMessage.Truncate(id, truncate.relations(), truncate.cascade(), truncate.restartIdentity());
        }
        throw new IllegalStateException(message.toString());
    }

    /** A table of notes. */
    private static WalMessage relation(long notes, long id) {
        List<String> columns = notes == SourceModel.SYNC_POINT
                ? SyncPointModel.COLUMNS
                : notes == SourceModel.DETECTED ? DetectedModel.COLUMNS : SourceModel.NOTE_COLUMNS;
        return new WalMessage.Relation(
                id,
                notes,
                "maintainer",
                notes == SourceModel.SYNC_POINT
                        ? "sync_point"
                        : notes == SourceModel.DETECTED ? "detected_ddl" : "ddl_log",
                ReplicaIdentity.DEFAULT,
                columns.stream()
                        .map(name -> new RelationColumn(
                                name.equals("id") || name.equals("source"), name, SourceModel.TEXT, -1))
                        .toList());
    }

    private static WalMessage relation(SourceTableModel table, long id) {
        return new WalMessage.Relation(
                id,
                table.oid,
                "shop",
                table.name,
                table.keyed ? ReplicaIdentity.DEFAULT : ReplicaIdentity.FULL,
                table.columns.stream()
                        .map(column -> new RelationColumn(
                                !table.keyed || column.number() == 1, column.name(), SourceModel.typeOid(column), -1))
                        .toList());
    }
}
