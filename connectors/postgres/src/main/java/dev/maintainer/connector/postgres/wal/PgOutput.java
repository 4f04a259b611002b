package dev.maintainer.connector.postgres.wal;

import com.google.common.primitives.ImmutableLongArray;
import dev.maintainer.connector.postgres.wal.WalFormatException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reads messages of {@code pgoutput}, protocol version 2 with streaming and values in text: A pure function of
 * bytes. What the reader does not ask for (binary values, two-phase commits) is refused like anything else that is unknown.
 */
public final class PgOutput {
    private static final int CASCADE = 1;
    private static final int RESTART_IDENTITY = 2;

    private PgOutput() {}

    /**
     * Reads one message.
     *
     * @param bytes have the message, and belong to it from now on: they must not be changed
     * @param from where it begins
     * @param to where it ends
     * @param framing where it stands among other messages
     * @return the message
     * @throws WalFormatException if they are no message; nothing else is ever thrown for bytes
     */
    public static WalMessage decode(byte[] bytes, int from, int to, Framing framing) {
        Objects.checkFromToIndex(from, to, bytes.length);
        MessageBytes in = new MessageBytes(bytes, from, to);
        int kind = in.uint8("kind of the message");
        boolean streamed = framing == Framing.STREAMED;
        WalMessage message = switch (kind) {
            case 'I' -> insert(in, xid(in, streamed));
            case 'U' -> update(in, xid(in, streamed));
            case 'D' -> delete(in, xid(in, streamed));
            case 'T' -> truncate(in, xid(in, streamed));
            case 'R' -> relation(in, xid(in, streamed));
            case 'Y' -> type(in, xid(in, streamed));
            case 'M' -> logical(in, xid(in, streamed));
            case 'O' -> origin(in);
            case 'E' -> streamStop(in, streamed);
            default -> between(kind, in, streamed);
        };
        in.end();
        return message;
    }

    /** What stands between the parts of running transactions, and has one form only. */
    private static WalMessage between(int kind, MessageBytes in, boolean streamed) {
        if (streamed) {
            throw in.refusedBefore(1, Reason.UNKNOWN_KIND, "kind " + kind + " in a part of a transaction");
        }
        return switch (kind) {
            case 'B' -> new WalMessage.Begin(in.lsn("commit position"), in.int64("commit time"), in.number("xid"));
            case 'C' -> commit(in);
            case 'S' -> new WalMessage.StreamStart(in.number("xid"), in.flag("first part"));
            case 'c' -> streamCommit(in);
            case 'A' -> new WalMessage.StreamAbort(in.number("xid"), in.number("sub-transaction"));
            default -> throw in.refusedBefore(1, Reason.UNKNOWN_KIND, "kind " + kind);
        };
    }

    private static long xid(MessageBytes in, boolean streamed) {
        return streamed ? in.number("xid") : WalMessage.NO_XID;
    }

    private static WalMessage commit(MessageBytes in) {
        in.zero("flags");
        long commit = in.lsn("commit position");
        return new WalMessage.Commit(commit, end(in, commit), in.int64("commit time"));
    }

    private static WalMessage streamCommit(MessageBytes in) {
        long xid = in.number("xid");
        in.zero("flags");
        long commit = in.lsn("commit position");
        return new WalMessage.StreamCommit(xid, commit, end(in, commit), in.int64("commit time"));
    }

    private static long end(MessageBytes in, long commit) {
        long end = in.lsn("end position");
        if (end <= commit) {
            throw in.refusedBefore(
                    8, Reason.INVALID, "a commit at " + Lsn.text(commit) + " that ends at " + Lsn.text(end));
        }
        return end;
    }

    private static WalMessage streamStop(MessageBytes in, boolean streamed) {
        if (!streamed) {
            throw in.refusedBefore(1, Reason.UNKNOWN_KIND, "end of a part of a transaction that has not begun");
        }
        return new WalMessage.StreamStop();
    }

    private static WalMessage origin(MessageBytes in) {
        long lsn = in.int64("origin position");
        if (lsn < Lsn.NONE) {
            throw in.refusedBefore(8, Reason.INVALID, "origin position " + Lsn.text(lsn));
        }
        return new WalMessage.Origin(lsn, in.name("name of the origin"));
    }

    private static WalMessage relation(MessageBytes in, long xid) {
        long oid = in.number("relation");
        String namespace = in.name("schema");
        String name = in.name("name of the relation");
        ReplicaIdentity identity = identity(in);
        int count = in.uint16("number of columns");
        // The shortest column has a flag, an empty name, a type and its modifier.
        if (count * 10L > in.left()) {
            throw in.refusedBefore(2, Reason.TRUNCATED, count + " columns do not fit into " + in.left() + " bytes");
        }
        List<RelationColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(new RelationColumn(
                    in.flag("flags of a column"),
                    in.name("name of a column"),
                    in.number("type of a column"),
                    in.int32("type modifier")));
        }
        return new WalMessage.Relation(xid, oid, namespace, name, identity, columns);
    }

    private static ReplicaIdentity identity(MessageBytes in) {
        int code = in.uint8("replica identity");
        return switch (code) {
            case 'd' -> ReplicaIdentity.DEFAULT;
            case 'n' -> ReplicaIdentity.NOTHING;
            case 'f' -> ReplicaIdentity.FULL;
            case 'i' -> ReplicaIdentity.INDEX;
            default -> throw in.refusedBefore(1, Reason.UNKNOWN_VALUE, "replica identity " + code);
        };
    }

    private static WalMessage type(MessageBytes in, long xid) {
        return new WalMessage.Type(xid, in.number("type"), in.name("schema"), in.name("name of the type"));
    }

    private static WalMessage insert(MessageBytes in, long xid) {
        long relation = in.number("relation");
        in.marker('N', "row");
        return new WalMessage.Insert(xid, relation, in.tuple());
    }

    private static WalMessage update(MessageBytes in, long xid) {
        long relation = in.number("relation");
        int part = in.uint8("part of an update");
        OldTuple old = null;
        if (part != 'N') {
            old = old(in, part);
            in.marker('N', "new row");
        }
        return new WalMessage.Update(xid, relation, old, in.tuple());
    }

    private static WalMessage delete(MessageBytes in, long xid) {
        long relation = in.number("relation");
        return new WalMessage.Delete(xid, relation, old(in, in.uint8("part of a deletion")));
    }

    private static OldTuple old(MessageBytes in, int part) {
        return switch (part) {
            case 'K' -> new OldTuple(OldTuple.Part.IDENTITY, in.tuple());
            case 'O' -> new OldTuple(OldTuple.Part.ROW, in.tuple());
            default -> throw in.refusedBefore(1, Reason.UNKNOWN_KIND, "part " + part + " of a change");
        };
    }

    private static WalMessage truncate(MessageBytes in, long xid) {
        int count = in.int32("number of relations");
        int options = in.uint8("options");
        if ((options & ~(CASCADE | RESTART_IDENTITY)) != 0) {
            throw in.refusedBefore(1, Reason.UNKNOWN_VALUE, "options " + options + " of a truncation");
        }
        if (count < 1 || count > in.left() / 4) {
            throw in.refusedBefore(5, Reason.INVALID, count + " relations in " + in.left() + " bytes");
        }
        ImmutableLongArray.Builder relations = ImmutableLongArray.builder(count);
        for (int i = 0; i < count; i++) {
            relations.add(in.number("relation"));
        }
        return new WalMessage.Truncate(
                xid, relations.build(), (options & CASCADE) != 0, (options & RESTART_IDENTITY) != 0);
    }

    private static WalMessage logical(MessageBytes in, long xid) {
        boolean transactional = in.flag("flags of a logical message");
        long lsn = in.lsn("position of a logical message");
        String prefix = in.name("prefix");
        return new WalMessage.Logical(xid, transactional, lsn, prefix, in.content("a logical message"));
    }
}
