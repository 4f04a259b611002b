package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Images of tables, made by hand. */
public final class Images {
    private Images() {}

    public static ColumnImage column(int number, String name, String type) {
        return column(number, name, type, false, null);
    }

    public static ColumnImage column(
            int number, String name, String type, boolean notNull, @Nullable String expression) {
        return new ColumnImage(
                number, name, type, null, notNull, expression, ColumnImage.Identity.NONE, ColumnImage.Generated.NO);
    }

    /** A table whose key is its first column, called id. */
    public static TableImage keyed(String keyType, ColumnImage... others) {
        List<ColumnImage> columns = new ArrayList<>();
        columns.add(column(1, "id", keyType, true, null));
        columns.addAll(List.of(others));
        return new TableImage(columns, List.of("id"), ReplicaIdentity.DEFAULT);
    }
}
