package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;

/**
 * A table that has spans, as of this snapshot. Since level 4.
 *
 * @param table its identity
 * @param schema the schema that it is in
 * @param name its current name
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record TableView(TableId table, SchemaId schema, TableName name) {}
