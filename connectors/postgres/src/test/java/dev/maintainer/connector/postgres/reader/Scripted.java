package dev.maintainer.connector.postgres.reader;

import com.google.common.primitives.ImmutableLongArray;
import dev.maintainer.connector.postgres.wal.Framing;
import dev.maintainer.connector.postgres.wal.MessageEncoder;
import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.RandomMessages;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a server sends, message by message. */
final class Scripted {
    private Scripted() {}

    static byte[] begin(long xid, long commitLsn) {
        return whole(new WalMessage.Begin(commitLsn, 0, xid));
    }

    static byte[] commit(long commitLsn) {
        return whole(new WalMessage.Commit(commitLsn, commitLsn + 8, 0));
    }

    static byte[] table(long oid, String name, String... columns) {
        return whole(relation(0, oid, name, columns));
    }

    static byte[] tableIn(long xid, long oid, String name, String... columns) {
        return streamed(relation(xid, oid, name, columns));
    }

    private static WalMessage relation(long xid, long oid, String name, String... columns) {
        List<RelationColumn> described = Stream.of(columns)
                .map(column -> new RelationColumn(false, column, 25, -1))
                .toList();
        return new WalMessage.Relation(xid, oid, "public", name, ReplicaIdentity.DEFAULT, described);
    }

    static byte[] insert(long oid, @Nullable String... values) {
        return whole(new WalMessage.Insert(0, oid, RandomMessages.tuple(values)));
    }

    static byte[] insertIn(long xid, long oid, @Nullable String... values) {
        return streamed(new WalMessage.Insert(xid, oid, RandomMessages.tuple(values)));
    }

    static byte[] delete(long oid, @Nullable String... values) {
        return whole(new WalMessage.Delete(0, oid, new OldTuple(OldTuple.Part.IDENTITY, RandomMessages.tuple(values))));
    }

    static byte[] truncate(long... oids) {
        return whole(new WalMessage.Truncate(0, ImmutableLongArray.copyOf(oids), false, true));
    }

    static byte[] part(long xid, boolean first) {
        return whole(new WalMessage.StreamStart(xid, first));
    }

    static byte[] partEnds() {
        return streamed(new WalMessage.StreamStop());
    }

    static byte[] streamCommit(long xid, long commitLsn) {
        return whole(new WalMessage.StreamCommit(xid, commitLsn, commitLsn + 8, 0));
    }

    static byte[] rolledBack(long xid, long subXid) {
        return whole(new WalMessage.StreamAbort(xid, subXid));
    }

    static byte[] whole(WalMessage message) {
        return MessageEncoder.encode(message, Framing.WHOLE);
    }

    private static byte[] streamed(WalMessage message) {
        return MessageEncoder.encode(message, Framing.STREAMED);
    }

    /** A transaction as people read it. */
    static String text(CommittedTransaction transaction) {
        List<String> changes = new ArrayList<>();
        for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
            changes.add(text(change));
        }
        return transaction.xid() + "@" + transaction.commitTs() + ": " + String.join(", ", changes);
    }

    static String text(TransactionChange change) {
        if (change instanceof TransactionChange.ChangedRow row) {
            String table = row.relation().name();
            if (row.change() instanceof WalMessage.Insert insert) {
                return "+" + table + values(row.relation(), insert.row());
            } else if (row.change() instanceof WalMessage.Update update) {
                return "~" + table + values(row.relation(), update.row());
            } else if (row.change() instanceof WalMessage.Delete delete) {
                return "-" + table + values(row.relation(), delete.old().values());
            }
        } else if (change instanceof TransactionChange.TruncatedTables truncated) {
            return "0"
                    + truncated.relations().stream()
                            .map(WalMessage.Relation::name)
                            .toList();
        }
        throw new AssertionError(change);
    }

    private static String values(WalMessage.Relation relation, Tuple tuple) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < tuple.columns(); i++) {
            values.add(relation.columns().get(i).name() + "=" + tuple.text(i));
        }
        return values.toString();
    }
}
