package dev.maintainer.core.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RouteAdmissionTest {
    private final RouteAdmission routes = new RouteAdmission();

    private static TableInfo table(long id, long schema, String target) {
        return new TableInfo(new TableId(id), new SchemaId(schema), new TableName("all", target), true);
    }

    private static TableChange add(long id, long schema, String target) {
        return new TableChange.AddTable(table(id, schema, target));
    }

    private static TableChange rename(long id, long schema, String target) {
        return new TableChange.RenameTable(table(id, schema, target));
    }

    private static TableChange drop(long id) {
        return new TableChange.DropTable(new TableId(id));
    }

    private static TableChange dropSchema(long id) {
        return new TableChange.DropSchema(new SchemaId(id));
    }

    private Optional<String> conflict(TableChange... changes) {
        return routes.conflict(List.of(changes));
    }

    @BeforeEach
    void twoTables() {
        routes.begin(List.of(table(1, 1, "orders"), table(2, 2, "users")));
    }

    @Test
    @DisplayName("7.16: a table may not come where another one is, and it is said which two, and where")
    void taken() {
        assertThat(conflict(add(3, 3, "orders")))
                .hasValue("tables 1 and 3 of the source would both be all.orders in the target");
        assertThat(conflict(add(3, 3, "items"))).isEmpty();
        assertThat(conflict(rename(2, 2, "orders")))
                .hasValue("tables 1 and 2 of the source would both be all.orders in the target");
        assertThat(conflict(rename(2, 1, "customers"))).isEmpty();
    }

    @Test
    @DisplayName("looking changes nothing, and a DDL that is applied again changes nothing either")
    void twice() {
        assertThat(conflict(add(3, 3, "items"))).isEmpty();
        assertThat(conflict(add(4, 3, "items"))).isEmpty();

        routes.apply(add(3, 3, "items"));
        routes.apply(add(3, 3, "items"));
        assertThat(conflict(add(3, 3, "items"))).as("told again by a successor").isEmpty();
        assertThat(conflict(add(4, 3, "items"))).isPresent();
    }

    @Test
    @DisplayName("as long as one table has a name it is taken, also if another one had it too")
    void bothHadIt() {
        routes.apply(add(3, 3, "orders"));
        routes.apply(drop(1));

        assertThat(conflict(add(4, 4, "orders"))).as("table 3 is all.orders").isPresent();
    }

    @Test
    @DisplayName("what is dropped makes room: a table, and all tables of a schema")
    void room() {
        routes.apply(drop(1));
        assertThat(conflict(add(3, 3, "orders"))).isEmpty();
        routes.apply(dropSchema(2));
        assertThat(conflict(add(3, 3, "users"))).isEmpty();
    }

    @Test
    @DisplayName("DDLs of one transaction are looked at one after the other")
    void transaction() {
        assertThat(conflict(drop(1), add(3, 3, "orders"))).isEmpty();
        assertThat(conflict(add(3, 3, "orders"), drop(1))).isPresent();
        assertThat(conflict(rename(1, 1, "spare"), rename(2, 2, "orders"), rename(1, 1, "users")))
                .as("they swap")
                .isEmpty();
        assertThat(conflict(add(3, 2, "items"), dropSchema(2), add(4, 4, "items"), add(5, 5, "users")))
                .isEmpty();
        assertThat(conflict(add(3, 2, "items"), add(4, 4, "items"))).isPresent();
    }

    @Test
    @DisplayName("whatever is admitted and applied, no two tables share a target, and what is refused would")
    void random() {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom chance = new SplittableRandom(seed);
            routes.begin(List.of());
            TreeMap<TableId, TableInfo> live = new TreeMap<>();
            for (int step = 0; step < 60; step++) {
                List<TableChange> changes = new ArrayList<>();
                for (int i = chance.nextInt(3); i >= 0; i--) {
                    changes.add(
                            switch (chance.nextInt(6)) {
                                case 0 -> drop(chance.nextInt(1, 9));
                                case 1 -> dropSchema(chance.nextInt(1, 4));
                                case 2 -> rename(chance.nextInt(1, 9), chance.nextInt(1, 4), "t" + chance.nextInt(6));
                                default -> add(chance.nextInt(1, 9), chance.nextInt(1, 4), "t" + chance.nextInt(6));
                            });
                }
                TreeMap<TableId, TableInfo> after = new TreeMap<>(live);
                boolean shared = false;
                for (TableChange change : changes) {
                    shared |= !replay(after, change);
                }
                assertThat(routes.conflict(changes).isPresent())
                        .as("seed %s: %s over %s", seed, changes, live)
                        .isEqualTo(shared);
                if (!shared) {
                    changes.forEach(routes::apply);
                    live = after;
                }
            }
        }
    }

    /** Whether no two tables share a name after it. */
    private static boolean replay(Map<TableId, TableInfo> tables, TableChange change) {
        if (change instanceof TableChange.AddTable add) {
            tables.put(add.table().table(), add.table());
        } else if (change instanceof TableChange.RenameTable rename) {
            tables.put(rename.table().table(), rename.table());
        } else if (change instanceof TableChange.DropTable drop) {
            tables.remove(drop.table());
        } else if (change instanceof TableChange.DropSchema drop) {
            tables.values().removeIf(table -> table.schema().equals(drop.schema()));
        }
        return tables.values().stream().map(TableInfo::name).distinct().count() == tables.size();
    }
}
