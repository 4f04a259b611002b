package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.wal.Tuple;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGBinaryObject;
import org.postgresql.util.PGobject;

/**
 * The values of a column of some rows as an array of texts, in the binary form that the server reads: the bytes of the values go as they
 * are. Used once, by one thread.
 */
@SuppressWarnings("serial")
final class TextArray extends PGobject implements PGBinaryObject {
    private static final int DIMENSIONS = 1;
    private static final int HAS_NULLS = 1;
    private static final int TYPE_TEXT = 25;
    private static final int FIRST_INDEX = 1;
    private static final int HEADER = 5 * Integer.BYTES;

    private final int place;
    private final List<RowValues> rows;

    /**
     * Values of a column.
     *
     * @param place of the column
     * @param rows all of which tell it; at least one
     */
    TextArray(int place, List<RowValues> rows) {
        this.place = place;
        this.rows = rows;
        this.type = "_text";
    }

    @Override
    public int lengthInBytes() {
        int length = HEADER;
        for (RowValues row : rows) {
            length = Math.addExact(length, Integer.BYTES + Math.max(0, row.length(place)));
        }
        return length;
    }

    @Override
    public void toBytes(byte[] bytes, int offset) {
        ByteBuffer out = ByteBuffer.wrap(bytes, offset, bytes.length - offset);
        out.putInt(DIMENSIONS)
                .putInt(HAS_NULLS)
                .putInt(TYPE_TEXT)
                .putInt(rows.size())
                .putInt(FIRST_INDEX);
        for (RowValues row : rows) {
            int length = row.length(place);
            if (length < 0) {
                out.putInt(Tuple.NULL_LENGTH);
            } else {
                out.putInt(length).put(row.bytes(), row.start(place), length);
            }
        }
    }

    @Override
    public void setByteValue(byte[] value, int offset) {
        throw new UnsupportedOperationException("it is only sent");
    }

    /** The same as a literal, for a driver that is told to send nothing in binary. */
    @Override
    public @Nullable String getValue() {
        StringBuilder literal = new StringBuilder("{");
        for (RowValues row : rows) {
            literal.append(literal.length() == 1 ? "" : ",");
            String text = row.text(place);
            if (text == null) {
                literal.append("NULL");
            } else {
                literal.append('"')
                        .append(text.replace("\\", "\\\\").replace("\"", "\\\""))
                        .append('"');
            }
        }
        return literal.append('}').toString();
    }
}
