package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.connector.postgres.catalog.Obstacle;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a table of the source is from some moment on.
 *
 * @param fromTs the moment; a position
 * @param noted what was noted of it last; null if it is not there
 * @param table the table as it is replicated; null if it is not
 */
record TableVersion(
        long fromTs, @Nullable NotedDdl noted, @Nullable SourceTable table) {
    private static final String ORDINARY = "r";
    private static final String PERMANENT = "p";

    /**
     * A table as it would be replicated.
     *
     * @param isAppendOnly whether it is known that its rows are never changed
     */
    static SourceTable source(NotedDdl noted, TableId id, boolean isAppendOnly) {
        TableImage image = TableImage.parse(Objects.requireNonNull(noted.image()));
        TableInfo info = new TableInfo(
                id, new SchemaId(noted.schema()), Objects.requireNonNull(noted.name()), image.isOrdered());
        return new SourceTable(info, image, obstacles(noted, image, isAppendOnly));
    }

    private static List<Obstacle> obstacles(NotedDdl noted, TableImage image, boolean isAppendOnly) {
        List<Obstacle> obstacles = new ArrayList<>();
        if (!noted.persistence().equals(PERMANENT)) {
            obstacles.add(Obstacle.NOT_PERMANENT);
        }
        obstacles.addAll(Obstacle.of(image, isAppendOnly));
        return obstacles;
    }

    /** Of a partitioned table the leaves have the rows. */
    static boolean hasRows(NotedDdl noted) {
        return noted.relationKind().equals(ORDINARY) && noted.image() != null;
    }
}
