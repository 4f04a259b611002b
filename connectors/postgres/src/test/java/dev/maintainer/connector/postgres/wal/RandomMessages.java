package dev.maintainer.connector.postgres.wal;

import com.google.common.primitives.ImmutableLongArray;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Messages with arbitrary content, the limits of each value among them. */
public final class RandomMessages {
    private static final String[] TEXTS = {"", "a", "two words", "é", "ключ", "𝄞", "\uFFFF", "'\"\\\n\u0001"};

    private final SplittableRandom random;

    RandomMessages(long seed) {
        random = new SplittableRandom(seed);
    }

    Framing framing() {
        return random.nextBoolean() ? Framing.WHOLE : Framing.STREAMED;
    }

    WalMessage next(Framing framing) {
        long xid = framing == Framing.STREAMED ? number() : WalMessage.NO_XID;
        // The first seven kinds stand in either framing.
        return switch (random.nextInt(framing == Framing.STREAMED ? 9 : 13)) {
            case 0 -> new WalMessage.Insert(xid, number(), tuple());
            case 1 -> new WalMessage.Update(xid, number(), random.nextBoolean() ? null : old(), tuple());
            case 2 -> new WalMessage.Delete(xid, number(), old());
            case 3 -> new WalMessage.Truncate(xid, relations(), random.nextBoolean(), random.nextBoolean());
            case 4 -> new WalMessage.Relation(xid, number(), text(), text(), identity(), columns());
            case 5 -> new WalMessage.Type(xid, number(), text(), text());
            case 6 -> new WalMessage.Logical(xid, random.nextBoolean(), lsn(), text(), bytes());
            case 7 -> new WalMessage.Origin(random.nextBoolean() ? Lsn.NONE : lsn(), text());
            case 8 -> framing == Framing.STREAMED ? new WalMessage.StreamStop() : begin();
            case 9 -> {
                long commit = lsn() >>> 1;
                yield new WalMessage.Commit(commit + 1, commit + 1 + number(), random.nextLong());
            }
            case 10 -> new WalMessage.StreamStart(number(), random.nextBoolean());
            case 11 -> {
                long commit = lsn() >>> 1;
                yield new WalMessage.StreamCommit(number(), commit + 1, commit + 1 + number(), random.nextLong());
            }
            default -> new WalMessage.StreamAbort(number(), number());
        };
    }

    private <T> T any(T[] values) {
        return List.of(values).get(random.nextInt(values.length));
    }

    private WalMessage begin() {
        return new WalMessage.Begin(lsn(), random.nextLong(), number());
    }

    private long number() {
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> 0xFFFF_FFFFL;
            default -> 1 + random.nextLong(0xFFFF_FFFFL);
        };
    }

    private long lsn() {
        return switch (random.nextInt(4)) {
            case 0 -> 1;
            case 1 -> Long.MAX_VALUE;
            default -> 1 + random.nextLong(Long.MAX_VALUE);
        };
    }

    private String text() {
        return any(TEXTS);
    }

    private ReplicaIdentity identity() {
        return any(ReplicaIdentity.values());
    }

    private List<RelationColumn> columns() {
        List<RelationColumn> columns = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            columns.add(new RelationColumn(random.nextBoolean(), text(), number(), random.nextInt()));
        }
        return columns;
    }

    private ImmutableLongArray relations() {
        ImmutableLongArray.Builder relations = ImmutableLongArray.builder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            relations.add(number());
        }
        return relations.build();
    }

    private MessageContent bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return new MessageContent(bytes);
    }

    private OldTuple old() {
        return new OldTuple(any(OldTuple.Part.values()), tuple());
    }

    private Tuple tuple() {
        @Nullable String[] values = new @Nullable String[random.nextInt(6)];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextInt(4) == 0 ? null : text();
        }
        Tuple tuple = tuple(values);
        return random.nextBoolean() ? tuple : withUnchanged(tuple);
    }

    /** Content of a logical message. */
    public static MessageContent content(int... bytes) {
        byte[] content = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            content[i] = (byte) bytes[i];
        }
        return new MessageContent(content);
    }

    /** A row with these values; null is the value of the database. */
    public static Tuple tuple(@Nullable String... values) {
        StringBuilder all = new StringBuilder();
        int[] places = new int[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            String value = values[i];
            places[2 * i] = all.toString().getBytes(StandardCharsets.UTF_8).length;
            places[2 * i + 1] = value == null ? Tuple.NULL_LENGTH : value.getBytes(StandardCharsets.UTF_8).length;
            all.append(value == null ? "" : value);
        }
        return new Tuple(all.toString().getBytes(StandardCharsets.UTF_8), places);
    }

    private Tuple withUnchanged(Tuple tuple) {
        if (tuple.columns() == 0) {
            return tuple;
        }
        int[] places = new int[2 * tuple.columns()];
        places[2 * random.nextInt(tuple.columns()) + 1] = Tuple.UNCHANGED_LENGTH;
        return new Tuple(new byte[0], places);
    }
}
