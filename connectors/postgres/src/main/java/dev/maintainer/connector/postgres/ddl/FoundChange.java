package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.SqlExpression;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What it amounts to that a table was found to look so, of a source that does not note its DDLs. Columns that have come and gone are
 * followed, and whatever else has changed is refused: the log does not tell which values rows have got by it. Pure.
 */
public final class FoundChange {
    private FoundChange() {}

    /**
     * What of an image somebody would hear if it changed: the columns of which rows have values, their types, and the key. Nobody
     * would hear of the rest, so it is left out.
     *
     * @param image as the catalog has it
     * @param addedValues by the number of a column, the text of the value that rows have which were there when it was added
     * @return the image, with a default where that is how these rows get their value
     */
    public static TableImage told(TableImage image, Map<Integer, String> addedValues) {
        List<ColumnImage> columns = new ArrayList<>();
        for (ColumnImage column : image.columns()) {
            boolean isKey = image.key().contains(column.name());
            if (!column.isSent()) {
                if (isKey) {
                    columns.add(column);
                }
                continue;
            }
            String value = addedValues.get(column.number());
            String expression = column.expression();
            boolean fills = value != null && expression != null && SqlExpression.isLiteral(expression, value);
            columns.add(new ColumnImage(
                    column.number(),
                    column.name(),
                    column.type(),
                    column.collation(),
                    isKey,
                    fills ? expression : null,
                    ColumnImage.Identity.NONE,
                    column.generated()));
        }
        return new TableImage(columns, image.key(), image.identity(), image.types());
    }

    /**
     * Compares.
     *
     * @param known what was noted last of the table; null if it was not there
     * @param isReplicated whether it was replicated
     * @param found what it was found to look like; not earlier than {@code known}, unless what is known was read in the log
     *     meanwhile
     * @return what counts: a note of kind {@link Kind#TABLE}, or {@link Kind#FOUND} if all of its rows have to be copied; null if
     *     more than that is known already
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it has changed in another way than by columns that came or went
     */
    public static @Nullable NotedDdl of(@Nullable NotedDdl known, boolean isReplicated, NotedDdl found)
            throws MaintainerException {
        if (known == null) {
            return found;
        }
        String former = Objects.requireNonNull(known.image());
        if (!isReplicated) {
            boolean isSame = former.equals(found.image()) && known.persistence().equals(found.persistence());
            return isSame ? with(found, Kind.TABLE, former) : found;
        }
        TableShape was = TableShape.parse(known.detail());
        TableShape is = TableShape.parse(found.detail());
        Map<Integer, TableShape.Column> before = was.byNumber();
        Map<Integer, TableShape.Column> after = is.byNumber();
        List<TableShape.Column> added = is.columns().stream()
                .filter(column -> !before.containsKey(column.number()))
                .toList();
        if (is.last() < was.last() || added.stream().anyMatch(column -> column.number() <= was.last())) {
            return null;
        }
        if (was.entry() != 0 && was.entry() != is.entry()) {
            throw drift(
                    known,
                    "was taken out of its publication and put into it again, and what was not told meanwhile cannot be"
                            + " read");
        }
        requireSame(known, was, found, is);
        Set<String> removed = new HashSet<>();
        was.columns().stream()
                .filter(column -> !after.containsKey(column.number()))
                .forEach(column -> removed.add(column.name()));
        // Rows that were told meanwhile have values of a column that looked just like the former one.
        boolean isReplaced = added.stream().anyMatch(column -> removed.contains(column.name()));
        boolean isFilled = !added.isEmpty() && was.isRewritten(is);
        TableImage image = image(TableImage.parse(former), TableImage.parse(Objects.requireNonNull(found.image())));
        return with(found, isReplaced || isFilled ? Kind.FOUND : Kind.TABLE, image.json());
    }

    private static NotedDdl with(NotedDdl found, Kind kind, String image) {
        return new NotedDdl(
                found.id(),
                kind,
                found.tag(),
                found.table(),
                found.schema(),
                found.name(),
                found.relationKind(),
                found.persistence(),
                found.partitionOf(),
                found.addedValues(),
                found.detail(),
                image);
    }

    /** Columns that stay are as they were: what nobody tells of them cannot have changed for the sink. */
    static TableImage image(TableImage known, TableImage found) {
        Map<Integer, ColumnImage> former = new HashMap<>();
        known.columns().forEach(column -> former.put(column.number(), column));
        return new TableImage(
                found.columns().stream()
                        .map(column -> former.getOrDefault(column.number(), column))
                        .toList(),
                found.key(),
                found.identity(),
                found.types());
    }

    private static void requireSame(NotedDdl known, TableShape was, NotedDdl found, TableShape is) {
        Map<Integer, TableShape.Column> after = is.byNumber();
        for (TableShape.Column column : was.columns()) {
            TableShape.Column present = after.get(column.number());
            if (present != null && !present.name().equals(column.name())) {
                throw drift(
                        known,
                        was,
                        is,
                        "column " + Printable.quoted(column.name()) + " was renamed to "
                                + Printable.quoted(present.name()));
            }
            if (present != null && (present.type() != column.type() || present.modifier() != column.modifier())) {
                throw drift(known, was, is, "column " + Printable.quoted(column.name()) + " has got another type");
            }
        }
        if (!Objects.equals(known.name(), found.name())) {
            throw drift(known, "was renamed to " + Printable.line(String.valueOf(found.name())));
        }
        List<Integer> key =
                TableImage.parse(Objects.requireNonNull(known.image())).keyNumbers();
        if (!key.equals(TableImage.parse(Objects.requireNonNull(found.image())).keyNumbers())) {
            throw drift(known, was, is, "it has got another key");
        }
    }

    /**
     * A change that cannot be followed.
     *
     * @param known what was noted last of the table
     * @param was what it looked like
     * @param is what it looks like
     * @param what what has changed
     * @return the error
     */
    public static MaintainerException drift(NotedDdl known, TableShape was, TableShape is, String what) {
        return drift(known, "had the columns " + was.text() + " and has " + is.text() + ": " + what);
    }

    /**
     * A change that cannot be followed.
     *
     * @param known what was noted last of the table
     * @param what what has become of it
     * @return the error
     */
    public static MaintainerException drift(NotedDdl known, String what) {
        return new MaintainerException(
                ErrorCode.SCHEMA_DRIFT,
                "table " + Printable.line(String.valueOf(known.name())) + " " + what
                        + ". With ddl=detect only columns that come and go are followed; create the changefeed anew, or"
                        + " set up ddl=capture for it");
    }
}
