package dev.maintainer.core.registry;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.operator.IntrusiveList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table that has spans, and what they have in common. Nearly every table has one, so that one costs no list. */
final class SpannedTable extends IntrusiveList.Element<SpannedTable> {
    final TableId id;
    SchemaId schema;
    TableName name = TableName.UNKNOWN;

    private @Nullable SpanReplica oldest;
    private @Nullable List<SpanReplica> others;

    SpannedTable(TableId id, SchemaId schema) {
        this.id = id;
        this.schema = schema;
    }

    void add(SpanReplica replica) {
        if (oldest == null) {
            oldest = replica;
            return;
        }
        if (others == null) {
            others = new ArrayList<>(2);
        }
        others.add(replica);
    }

    void remove(SpanReplica replica) {
        if (others == null) {
            oldest = oldest == replica ? null : oldest;
            return;
        }
        if (oldest == replica) {
            oldest = others.remove(0);
        } else {
            others.remove(replica);
        }
        if (others.isEmpty()) {
            others = null;
        }
    }

    int size() {
        return oldest == null ? 0 : others == null ? 1 : 1 + others.size();
    }

    /** Oldest first; a copy. */
    List<SpanReplica> spans() {
        if (oldest == null) {
            return List.of();
        }
        if (others == null) {
            return List.of(oldest);
        }
        List<SpanReplica> spans = new ArrayList<>(size());
        spans.add(oldest);
        spans.addAll(others);
        return spans;
    }

    @Override
    public String toString() {
        return "table " + id;
    }
}
