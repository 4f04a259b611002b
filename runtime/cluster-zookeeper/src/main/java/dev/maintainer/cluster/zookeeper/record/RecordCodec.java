package dev.maintainer.cluster.zookeeper.record;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import dev.maintainer.cluster.zookeeper.record.proto.Records;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StorePath.Kind;
import dev.maintainer.membership.store.StoreValue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values as the bytes that the store has, and back. Remembers what later releases have written into a record that was read,
 * so that whoever replaces the record keeps it; of other records it remembers nothing.
 *
 * <p>Not thread-safe.
 */
public final class RecordCodec {
    /** What a record may have at most that belongs to one node or to a term. */
    public static final int MAX_SMALL_BYTES = 8 * 1024;
    /** What the roster, and the record of a changefeed, may have at most. */
    public static final int MAX_BYTES = 512 * 1024;

    private record Newer(int version, Records.Record record) {}

    private final Map<StorePath, Newer> newer = new HashMap<>();

    /** A codec that remembers nothing. */
    public RecordCodec() {}

    /**
     * {@return how large a record may be}
     *
     * @param kind of the record
     */
    public static int maxBytes(Kind kind) {
        return switch (kind) {
            case ROSTER, CHANGEFEED, PROGRESS -> MAX_BYTES;
            case LEADER, LEADER_EPOCH, MEMBER, PRESENCE, LEASE, FLOOR, CLUSTER -> MAX_SMALL_BYTES;
        };
    }

    /**
     * {@return the bytes of a record that is created}
     *
     * @param path where it will be
     * @param value what it says
     * @throws RecordException if it is too large, or names something that cannot be written
     */
    public byte[] encode(StorePath path, StoreValue value) {
        return bounded(path, Envelope.seal(write(value).toByteArray()));
    }

    /**
     * {@return the bytes of a record that replaces another one}
     *
     * @param path where it is
     * @param value what it will say
     * @param version which version it replaces; negative for any
     * @throws RecordException if it is too large, or names something that cannot be written
     */
    public byte[] encode(StorePath path, StoreValue value, int version) {
        Records.Record record = write(value);
        Newer before = newer.get(path);
        if (before != null && (version < 0 || version == before.version())) {
            record = UnknownFields.carry(before.record(), record);
        }
        return bounded(path, Envelope.seal(record.toByteArray()));
    }

    /** A leader copies what nodes say of themselves into the roster; those of a later release say more than it knows. */
    private Records.Record write(StoreValue value) {
        Records.Record record = RecordWriter.write(value);
        return value instanceof StoreValue.Roster ? withWhatNodesSay(record) : record;
    }

    private Records.Record withWhatNodesSay(Records.Record roster) {
        Records.Record.Builder all = roster.toBuilder();
        for (Records.RosterEntry.Builder entry : all.getRosterBuilder().getMembersBuilderList()) {
            Newer said = newer.get(new StorePath(Kind.MEMBER, entry.getNode()));
            if (said != null) {
                entry.setAttributes(
                        UnknownFields.carry(said.record().getMember().getAttributes(), entry.getAttributes()));
            }
        }
        return all.build();
    }

    private static byte[] bounded(StorePath path, byte[] bytes) {
        int most = maxBytes(path.kind());
        if (bytes.length > most) {
            throw new RecordException(Reason.TOO_LARGE, bytes.length + " bytes, and at most " + most + " are allowed");
        }
        return bytes;
    }

    /**
     * {@return the value of a record}
     *
     * @param path where it is
     * @param bytes what is there; null for nothing, which ZooKeeper tells from no bytes
     * @param version of what is there
     * @throws RecordException if it is none, or one of another kind or name
     */
    public StoreValue decode(StorePath path, byte @Nullable [] bytes, int version) {
        Records.Record record = parse(bytes);
        StoreValue value = RecordReader.read(path.kind(), record);
        String name = nameIn(value);
        if (name != null && !name.equals(path.name())) {
            throw new RecordException(Reason.INVALID, "the record is of " + name);
        }
        if (UnknownFields.areIn(record)) {
            newer.put(path, new Newer(version, record));
        } else {
            newer.remove(path);
        }
        return value;
    }

    /**
     * A record was replaced by what was encoded for it.
     *
     * @param path where it is
     * @param version which version was replaced; negative for any
     */
    public void replaced(StorePath path, int version) {
        newer.computeIfPresent(
                path,
                (same, before) -> version < 0 || version == before.version()
                        ? new Newer(before.version() + 1, before.record())
                        : before);
    }

    /**
     * A record was deleted.
     *
     * @param path where it was
     */
    public void deleted(StorePath path) {
        newer.remove(path);
    }

    /** Who the record is of; null where only its place says that. */
    private static @Nullable String nameIn(StoreValue value) {
        if (value instanceof StoreValue.Member member) {
            return member.node().value();
        }
        if (value instanceof StoreValue.Changefeed changefeed) {
            return changefeed.metadata().changefeed().toString();
        }
        return null;
    }

    /**
     * {@return which cluster this is}
     *
     * @param bytes what is there; null for nothing
     * @throws RecordException if it is no such record
     */
    public static StoreValue.Cluster cluster(byte @Nullable [] bytes) {
        return (StoreValue.Cluster) RecordReader.read(Kind.CLUSTER, parse(bytes));
    }

    static Records.Record parse(byte @Nullable [] bytes) {
        if (bytes == null) {
            throw new RecordException(Reason.DAMAGED, "nothing is no record");
        }
        try {
            return Records.Record.parseFrom(Envelope.open(bytes));
        } catch (InvalidProtocolBufferException e) {
            throw new RecordException(Reason.DAMAGED, "not in the format of records: " + e.getMessage(), e);
        }
    }
}
