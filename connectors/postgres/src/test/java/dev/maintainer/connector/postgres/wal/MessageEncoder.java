package dev.maintainer.connector.postgres.wal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Messages as a server writes them. */
public final class MessageEncoder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);
    private final Framing framing;

    private MessageEncoder(Framing framing) {
        this.framing = framing;
    }

    public static byte[] encode(WalMessage message, Framing framing) {
        MessageEncoder encoder = new MessageEncoder(framing);
        try {
            encoder.write(message);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return encoder.bytes.toByteArray();
    }

    private void write(WalMessage message) throws IOException {
        if (message instanceof WalMessage.Begin begin) {
            out.writeByte('B');
            out.writeLong(begin.commitLsn());
            out.writeLong(begin.commitTime());
            number(begin.xid());
        } else if (message instanceof WalMessage.Commit commit) {
            out.writeByte('C');
            ends(commit.commitLsn(), commit.endLsn(), commit.commitTime());
        } else if (message instanceof WalMessage.Origin origin) {
            out.writeByte('O');
            out.writeLong(origin.originLsn());
            name(origin.name());
        } else if (message instanceof WalMessage.StreamStart start) {
            out.writeByte('S');
            number(start.xid());
            out.writeBoolean(start.first());
        } else if (message instanceof WalMessage.StreamStop) {
            out.writeByte('E');
        } else if (message instanceof WalMessage.StreamCommit commit) {
            out.writeByte('c');
            number(commit.xid());
            ends(commit.commitLsn(), commit.endLsn(), commit.commitTime());
        } else if (message instanceof WalMessage.StreamAbort abort) {
            out.writeByte('A');
            number(abort.xid());
            number(abort.subXid());
        } else if (message instanceof WalMessage.InTransaction inTransaction) {
            writeInTransaction(inTransaction);
        }
    }

    private void writeInTransaction(WalMessage.InTransaction message) throws IOException {
        if (message instanceof WalMessage.Relation relation) {
            kind('R', message);
            number(relation.oid());
            name(relation.namespace());
            name(relation.name());
            out.writeByte(
                    switch (relation.identity()) {
                        case DEFAULT -> 'd';
                        case NOTHING -> 'n';
                        case FULL -> 'f';
                        case INDEX -> 'i';
                    });
            out.writeShort(relation.columns().size());
            for (RelationColumn column : relation.columns()) {
                out.writeBoolean(column.identity());
                name(column.name());
                number(column.typeOid());
                out.writeInt(column.typeModifier());
            }
        } else if (message instanceof WalMessage.Type type) {
            kind('Y', message);
            number(type.oid());
            name(type.namespace());
            name(type.name());
        } else if (message instanceof WalMessage.Insert insert) {
            kind('I', message);
            number(insert.relation());
            row(insert.row());
        } else if (message instanceof WalMessage.Update update) {
            kind('U', message);
            number(update.relation());
            if (update.old() != null) {
                old(update.old());
            }
            row(update.row());
        } else if (message instanceof WalMessage.Delete delete) {
            kind('D', message);
            number(delete.relation());
            old(delete.old());
        } else if (message instanceof WalMessage.Truncate truncate) {
            kind('T', message);
            out.writeInt(truncate.relations().length());
            out.writeByte((truncate.cascade() ? 1 : 0) | (truncate.restartIdentity() ? 2 : 0));
            for (long relation : truncate.relations().toArray()) {
                number(relation);
            }
        } else if (message instanceof WalMessage.Logical logical) {
            kind('M', message);
            out.writeBoolean(logical.transactional());
            out.writeLong(logical.lsn());
            name(logical.prefix());
            byte[] content = logical.content().bytes();
            out.writeInt(content.length);
            out.write(content);
        }
    }

    private void kind(char kind, WalMessage.InTransaction message) throws IOException {
        out.writeByte(kind);
        if (framing == Framing.STREAMED) {
            number(message.xid());
        }
    }

    private void ends(long commit, long end, long time) throws IOException {
        out.writeByte(0);
        out.writeLong(commit);
        out.writeLong(end);
        out.writeLong(time);
    }

    private void number(long number) throws IOException {
        out.writeInt((int) number);
    }

    private void name(String name) throws IOException {
        out.write(name.getBytes(StandardCharsets.UTF_8));
        out.writeByte(0);
    }

    private void row(Tuple row) throws IOException {
        out.writeByte('N');
        tuple(row);
    }

    private void old(OldTuple old) throws IOException {
        out.writeByte(old.part() == OldTuple.Part.IDENTITY ? 'K' : 'O');
        tuple(old.values());
    }

    private void tuple(Tuple tuple) throws IOException {
        out.writeShort(tuple.columns());
        for (int column = 0; column < tuple.columns(); column++) {
            switch (tuple.state(column)) {
                case NULL -> out.writeByte('n');
                case UNCHANGED -> out.writeByte('u');
                case VALUE -> {
                    byte[] value = Objects.requireNonNull(tuple.bytes(column));
                    out.writeByte('t');
                    out.writeInt(value.length);
                    out.write(value);
                }
            }
        }
    }
}
