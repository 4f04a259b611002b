package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns keys into bytes that are ordered as the keys are. Texts are ordered by their bytes, whatever the collation of their
 * column is: a span is a set of rows, and nobody reads it in the order of the database. Immutable; thread-safe.
 */
final class KeyCodec {
    /** The form of each column of the key; none if one of them is not known. */
    private final List<KeyType> types;

    private KeyCodec(List<KeyType> types) {
        this.types = types;
    }

    static KeyCodec of(TableImage image) {
        List<KeyType> types = new ArrayList<>();
        for (String name : image.key()) {
            image.columns().stream()
                    .filter(column -> column.name().equals(name))
                    .flatMap(column -> KeyType.of(column).stream())
                    .forEach(types::add);
        }
        return new KeyCodec(types.size() == image.key().size() ? List.copyOf(types) : List.of());
    }

    /** Whether it knows the types of the key. */
    boolean isOrdered() {
        return !types.isEmpty();
    }

    /**
     * The bytes of a key.
     *
     * @param row has its values, and none of them is null
     * @param key the places of its columns
     */
    SpanBound order(RowValues row, int[] key) {
        KeyBytes bytes = new KeyBytes(16 * key.length);
        for (int i = 0; i < types.size(); i++) {
            try {
                types.get(i).encode(row, key[i], bytes);
            } catch (RuntimeException e) {
                // Without the cause: its text has the value.
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "a key came with a value that is no " + types.get(i).name()
                                + " as the server writes it with DateStyle ISO and bytea_output hex");
            }
        }
        return SpanBound.before(bytes.toByteArray());
    }

    /**
     * The values of the first columns of a key with whose encoding a bound begins: as many as can be told.
     *
     * @param bound any bytes
     * @param most of how many columns
     */
    Prefix prefix(SpanBound bound, int most) {
        ByteBuffer in = ByteBuffer.wrap(bound.bytes());
        List<String> values = new ArrayList<>();
        while (in.hasRemaining() && values.size() < Math.min(most, types.size())) {
            KeyType type = types.get(values.size());
            int from = in.position();
            String value;
            try {
                value = type.decode(in);
                KeyBytes again = new KeyBytes(in.capacity());
                type.encode(value, again);
                if (!in.slice(from, in.position() - from).equals(ByteBuffer.wrap(again.toByteArray()))) {
                    return new Prefix(values, false);
                }
            } catch (RuntimeException e) {
                return new Prefix(values, false);
            }
            values.add(value);
        }
        return new Prefix(values, !in.hasRemaining());
    }

    /**
     * The first values of a key.
     *
     * @param isAll whether nothing comes behind them
     */
    record Prefix(List<String> values, boolean isAll) {}
}
