package com.example.pinned;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.TableView;
import java.util.Comparator;
import java.util.function.Consumer;

/** Where the tables of some names belong. */
record Pin(NamePattern schema, NamePattern table, NodeId node) {
    /** The one with the most characters that are no wildcards; of equals the first by what it looks like. */
    static final Comparator<Pin> MOST_PRECISE_FIRST = Comparator.comparing((Pin pin) -> !pin.isName())
            .thenComparing(pin -> -pin.schema.literals() - pin.table.literals())
            .thenComparing(pin -> pin.schema.text())
            .thenComparing(pin -> pin.table.text());

    /** Whether it is about one name, and not about a pattern of names. */
    boolean isName() {
        return schema.isName() && table.isName();
    }

    boolean matches(TableName name) {
        return schema.matches(name.schema()) && table.matches(name.table());
    }

    /** Shows the tables that it is about. Costs those, and the others whose names begin alike. */
    void forEachTable(SchedulingSnapshot snapshot, Consumer<TableView> each) {
        if (isName()) {
            snapshot.tables(new TableName(schema.text(), table.text())).forEach(each);
        } else if (schema.isName()) {
            forEachTable(snapshot, schema.text(), each);
        } else {
            for (String name : snapshot.schemaNames()) {
                if (schema.matches(name)) {
                    forEachTable(snapshot, name, each);
                }
            }
        }
    }

    private void forEachTable(SchedulingSnapshot snapshot, String schemaName, Consumer<TableView> each) {
        for (TableView view : snapshot.tables(schemaName, table.prefix())) {
            if (table.matches(view.name().table())) {
                each.accept(view);
            }
        }
    }

    @Override
    public String toString() {
        return schema.text() + "." + table.text() + " to " + node;
    }
}
