package dev.maintainer.connector.postgres.catalog;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.json.PartOfRow;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How rows of a table are written: as a key, as an order, and as an object of the texts of its columns. One row has one text,
 * wherever it was read. Immutable; thread-safe.
 */
public final class RowFormat {
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};
    private static final byte[] AS_IT_WAS = PartOfRow.AS_IT_WAS.getBytes(StandardCharsets.UTF_8);

    private final TableImage image;
    private final String definition;
    private final List<ColumnImage> sent;
    /** Of each column, its name as the field of an object. */
    private final List<String> fields = new ArrayList<>();
    /** The same in UTF-8. */
    private final List<byte[]> fieldBytes = new ArrayList<>();

    private final Map<String, Integer> places = new HashMap<>();
    private final int[] key;
    private final KeyCodec codec;

    /**
     * Prepares the format.
     *
     * @param image of a table whose key, if it has one, is of columns that are sent
     * @throws MaintainerException with {@code BAD_INPUT} if it is not
     */
    public RowFormat(TableImage image) throws MaintainerException {
        this(image, image.json());
    }

    /**
     * Prepares the format of a definition.
     *
     * @param definition the image of a table, as events carry it
     * @return the format
     * @throws MaintainerException with {@code BAD_INPUT} if it is no image, or that of a table whose key is not sent
     */
    public static RowFormat parse(String definition) throws MaintainerException {
        return new RowFormat(TableImage.parse(definition), definition);
    }

    private RowFormat(TableImage image, String definition) {
        this.image = image;
        this.definition = definition;
        sent = image.sent();
        for (ColumnImage column : sent) {
            places.put(column.name(), places.size());
            StringBuilder field = new StringBuilder();
            quote(column.name(), field);
            fields.add(field.append(':').toString());
            fieldBytes.add(fields.get(fields.size() - 1).getBytes(StandardCharsets.UTF_8));
        }
        if (!places.keySet().containsAll(image.key())) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "rows of a table came whose key is generated; give it a primary key of ordinary columns");
        }
        key = image.key().stream().mapToInt(places::get).toArray();
        codec = KeyCodec.of(image);
    }

    /** {@return what the table looks like} */
    public TableImage image() {
        return image;
    }

    /** {@return the same as text, as events carry it} */
    public String definition() {
        return definition;
    }

    /** {@return the columns of which rows have values} */
    public List<ColumnImage> sent() {
        return sent;
    }

    /** {@return whether rows are ordered as the values of their key are, so that spans can be cut} */
    public boolean isOrdered() {
        return codec.isOrdered();
    }

    /** {@return the place of a column among those that are sent; -1 if there is none} */
    public int place(String column) {
        return places.getOrDefault(column, -1);
    }

    /** {@return whether something says which row is which; where nothing does, events have a {@link KeylessKey}} */
    public boolean hasKey() {
        return key.length > 0;
    }

    /** {@return how many columns the key has} */
    public int keyColumns() {
        return key.length;
    }

    /** {@return the place of a column of the key among those that are sent} */
    public int keyPlace(int column) {
        return key[column];
    }

    /**
     * Which row it is, as a compact array of the values of the key.
     *
     * @param values at least those of the key
     * @return the array
     * @throws MaintainerException with {@code BAD_INPUT} if a value of the key is missing
     */
    public String key(RowValues values) throws MaintainerException {
        StringBuilder text = new StringBuilder("[");
        for (int column : key) {
            text.append(text.length() == 1 ? "" : ",");
            quote(required(values, column), text);
        }
        return text.append(']').toString();
    }

    /**
     * Which row of a table without a key it is, for comparisons.
     *
     * @param values all of them
     * @param number which one of those that are equal, from 1
     * @return a text that no other row has
     */
    public String key(RowValues values, long number) {
        return row(values) + " " + number;
    }

    /**
     * Where the row is among the others of its table.
     *
     * @param values at least those of the key
     * @return bytes that are ordered as the keys are; if a type of the key is not known, the key itself
     * @throws MaintainerException with {@code BAD_INPUT} if a value of the key is missing, or not of its type
     */
    public SpanBound order(RowValues values) throws MaintainerException {
        if (!codec.isOrdered()) {
            return SpanBound.before(key(values));
        }
        requireKey(values);
        return codec.order(values, key);
    }

    private String required(RowValues values, int column) {
        String text = values.text(column);
        if (text == null) {
            throw missing(column);
        }
        return text;
    }

    private MaintainerException missing(int column) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "a row came without a value of column " + sent.get(column).number() + ", which belongs to the key");
    }

    /**
     * The key of a row, to look it up among others.
     *
     * @param values at least those of the key
     * @return the key
     * @throws MaintainerException with {@code BAD_INPUT} if a value of the key is missing
     */
    public RowKey rowKey(RowValues values) throws MaintainerException {
        requireKey(values);
        return new RowKey(values, key);
    }

    /** {@return those of some values that belong to the key, and no others} */
    public RowValues onlyKey(RowValues values) {
        return values.only(key);
    }

    /**
     * What an event says of a row.
     *
     * @param values those that are known, at least those of the key
     * @param hasRow whether there is a row; of one that was deleted the key counts
     * @return the content
     * @throws MaintainerException with {@code BAD_INPUT} if a value of the key is missing
     */
    public ColumnContent content(RowValues values, boolean hasRow) throws MaintainerException {
        requireKey(values);
        return new ColumnContent(this, hasRow ? values : onlyKey(values), hasRow);
    }

    /**
     * What an event says of a row that it tells in part.
     *
     * @param values those that are told, at least those of the key
     * @return the content
     * @throws MaintainerException with {@code BAD_INPUT} if a value of the key is missing
     */
    public ColumnContent partialContent(RowValues values) throws MaintainerException {
        requireKey(values);
        return ColumnContent.part(this, values);
    }

    private void requireKey(RowValues values) {
        for (int column : key) {
            if (values.length(column) < 0) {
                throw missing(column);
            }
        }
    }

    /** {@return the values that are known, as a compact object in the order of the columns} */
    public String row(RowValues values) {
        return object(values, false);
    }

    /** {@return all columns, as a compact object in their order; those that are not known are {@link PartOfRow as they were}} */
    public String part(RowValues values) {
        return object(values, true);
    }

    private String object(RowValues values, boolean isPart) {
        byte[] plain = plainObject(values, isPart);
        return plain == null ? escapedObject(values, isPart) : new String(plain, StandardCharsets.UTF_8);
    }

    /** The object in UTF-8 if nothing of it is escaped, which is so nearly always; null otherwise. */
    private byte @Nullable [] plainObject(RowValues values, boolean isPart) {
        byte[] row = new byte[length(values, isPart)];
        byte[] bytes = values.bytes();
        int at = 0;
        row[at++] = '{';
        for (int column = 0; column < fieldBytes.size(); column++) {
            boolean isKnown = values.isKnown(column);
            if (!isKnown && !isPart) {
                continue;
            }
            if (at > 1) {
                row[at++] = ',';
            }
            at = append(fieldBytes.get(column), row, at);
            int length = values.length(column);
            if (length < 0) {
                at = append(isKnown ? NULL : AS_IT_WAS, row, at);
                continue;
            }
            int start = values.start(column);
            if (!isPlain(bytes, start, start + length)) {
                return null;
            }
            row[at++] = '"';
            System.arraycopy(bytes, start, row, at, length);
            at += length;
            row[at++] = '"';
        }
        row[at] = '}';
        return row;
    }

    private static int append(byte[] text, byte[] row, int at) {
        System.arraycopy(text, 0, row, at, text.length);
        return at + text.length;
    }

    /** Of an object of which nothing is escaped. */
    private int length(RowValues values, boolean isPart) {
        int length = 2;
        int told = 0;
        for (int column = 0; column < fieldBytes.size(); column++) {
            boolean isKnown = values.isKnown(column);
            if (isKnown || isPart) {
                int value = values.length(column);
                length += fieldBytes.get(column).length;
                length += value >= 0 ? value + 2 : isKnown ? NULL.length : AS_IT_WAS.length;
                told++;
            }
        }
        return length + Math.max(0, told - 1);
    }

    /** Bytes of letters beyond ASCII are negative, and none of them is escaped. */
    private static boolean isPlain(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            byte each = bytes[i];
            if ((each >= 0 && each < ' ') || each == '"' || each == '\\') {
                return false;
            }
        }
        return true;
    }

    private String escapedObject(RowValues values, boolean isPart) {
        StringBuilder text = new StringBuilder(length(values, isPart)).append('{');
        for (int column = 0; column < fields.size(); column++) {
            boolean isKnown = values.isKnown(column);
            if (!isKnown && !isPart) {
                continue;
            }
            text.append(text.length() == 1 ? "" : ",").append(fields.get(column));
            String value = values.text(column);
            if (!isKnown) {
                text.append(PartOfRow.AS_IT_WAS);
            } else if (value == null) {
                text.append("null");
            } else {
                quote(value, text);
            }
        }
        return text.append('}').toString();
    }

    private static void quote(String value, StringBuilder text) {
        text.append('"');
        if (isPlain(value)) {
            text.append(value);
        } else {
            JsonStringEncoder.getInstance().quoteAsString(value, text);
        }
        text.append('"');
    }

    /** Whether nothing of it is escaped: nearly always, and the encoder costs more than all the rest. */
    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            if (each < ' ' || each == '"' || each == '\\') {
                return false;
            }
        }
        return true;
    }

    /**
     * The values that an event tells, whatever form they have there.
     *
     * @param event of a row that is there
     * @return the values
     * @throws MaintainerException with {@code BAD_INPUT} if it does not tell a row of the table
     */
    public RowValues values(RowEvent event) throws MaintainerException {
        return event.content() instanceof ColumnContent content && content.isOf(this)
                ? content.values()
                : values(Objects.requireNonNull(event.row()));
    }

    /**
     * The values of the key that an event tells, whatever form they have there.
     *
     * @param event with or without a row
     * @return at least the values of the key
     * @throws MaintainerException with {@code BAD_INPUT} if it does not tell a key of the table
     */
    public RowValues keyValues(RowEvent event) throws MaintainerException {
        return event.content() instanceof ColumnContent content && content.isOf(this)
                ? content.values()
                : keyValues(event.key());
    }

    /**
     * Reads what {@link #row} or {@link #part} has written.
     *
     * @param row an object
     * @return the values that it tells
     * @throws MaintainerException with {@code BAD_INPUT} if it is no object of texts of columns of the table
     */
    public RowValues values(String row) throws MaintainerException {
        RowValues plain = plainValues(row);
        return plain == null ? parsed(row) : plain;
    }

    /** The values of a row just as {@link #row} writes it, and without anything to unescape; null if it is any other text. */
    private @Nullable RowValues plainValues(String row) {
        int end = row.length() - 1;
        if (end < 1 || row.charAt(0) != '{' || row.charAt(end) != '}') {
            return null;
        }
        RowValues.Builder values = new RowValues.Builder(sent.size());
        int at = 1;
        for (int column = 0; column < fields.size() && at < end; column++) {
            String field = fields.get(column);
            if (!row.startsWith(field, at)) {
                continue;
            }
            at += field.length();
            if (row.startsWith("null", at)) {
                values.set(column, null);
                at += "null".length();
            } else if (row.startsWith(PartOfRow.AS_IT_WAS, at)) {
                at += PartOfRow.AS_IT_WAS.length();
            } else {
                int close = row.charAt(at) == '"' ? plainEnd(row, at + 1) : -1;
                if (close < 0) {
                    return null;
                }
                values.set(column, row.substring(at + 1, close));
                at = close + 1;
            }
            if (at < end && (row.charAt(at++) != ',' || at == end)) {
                return null;
            }
        }
        return at == end ? values.build() : null;
    }

    /** Where a text ends that has nothing to unescape, and needs no second look; -1 if it has. */
    private static int plainEnd(String row, int from) {
        for (int at = from; at < row.length(); at++) {
            char each = row.charAt(at);
            if (each == '"') {
                return at;
            }
            if (each == '\\' || each < ' ' || Character.isSurrogate(each)) {
                return -1;
            }
        }
        return -1;
    }

    private RowValues parsed(String row) {
        RowValues.Builder values = new RowValues.Builder(sent.size());
        try (JsonParser in = StrictJson.MAPPER.createParser(row)) {
            require(in.nextToken() == JsonToken.START_OBJECT);
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                int column = place(in.currentName());
                require(column >= 0);
                if (in.nextToken() == JsonToken.START_OBJECT) {
                    require(in.nextToken() == JsonToken.END_OBJECT);
                } else {
                    values.set(column, textOf(in));
                }
            }
            require(in.nextToken() == null);
        } catch (IOException e) {
            throw unreadable();
        }
        return values.build();
    }

    /**
     * Reads what {@link #key} has written.
     *
     * @param key an array
     * @return the values of the key, and no others
     * @throws MaintainerException with {@code BAD_INPUT} if it is no array of as many texts as the key has columns
     */
    public RowValues keyValues(String key) throws MaintainerException {
        RowValues.Builder values = new RowValues.Builder(sent.size());
        try (JsonParser in = StrictJson.MAPPER.createParser(key)) {
            require(in.nextToken() == JsonToken.START_ARRAY);
            for (int column : this.key) {
                in.nextToken();
                String text = textOf(in);
                require(text != null);
                values.set(column, text);
            }
            require(in.nextToken() == JsonToken.END_ARRAY && in.nextToken() == null);
        } catch (IOException e) {
            throw unreadable();
        }
        return values.build();
    }

    private static @Nullable String textOf(JsonParser in) throws IOException {
        JsonToken token = in.currentToken();
        require(token == JsonToken.VALUE_NULL || token == JsonToken.VALUE_STRING);
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        String text = in.getText();
        // Half a surrogate pair has no bytes, and no server has such a value.
        require(Unicode.isWellFormed(text));
        return text;
    }

    private static void require(boolean fits) {
        if (!fits) {
            throw unreadable();
        }
    }

    private static MaintainerException unreadable() {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "a row came that does not fit the image of its table: it is no JSON of the texts of its columns");
    }
}
