package dev.maintainer.replication.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DdlEventTest {
    private static final TableInfo ORDERS = table(1, 1, "shop", "orders");
    private static final TableInfo USERS = table(2, 2, "site", "users");

    private static TableInfo table(long id, long schema, String schemaName, String name) {
        return new TableInfo(new TableId(id), new SchemaId(schema), new TableName(schemaName, name), true);
    }

    private static TableInfo routed(TableInfo table) {
        TableName name = new TableName("all", table.name().table());
        return new TableInfo(table.table(), table.schema(), name, table.splittable());
    }

    @Test
    @DisplayName(
            "people see what it is, with both names of a table that is renamed, and the beginning of its definition")
    void statements() {
        assertThat(DdlEvent.createTable(10, 0, ORDERS, "id INT").statement())
                .isEqualTo("CREATE TABLE shop.orders DEFINITION id INT");
        assertThat(DdlEvent.renameTable(10, 0, ORDERS, table(1, 2, "site", "orders"))
                        .statement())
                .isEqualTo("RENAME TABLE shop.orders TO site.orders");
        assertThat(DdlEvent.alterTable(10, 0, ORDERS, "id BIGINT").statement())
                .isEqualTo("ALTER TABLE shop.orders DEFINITION id BIGINT");
        assertThat(DdlEvent.alterTable(10, 0, ORDERS, "x".repeat(70_000)).statement())
                .hasSizeLessThan(200)
                .endsWith("x...");
        assertThat(DdlEvent.dropSchema(10, 0, new SchemaId(1), "shop", List.of())
                        .statement())
                .isEqualTo("DROP SCHEMA shop");
    }

    @Test
    @DisplayName("the maintainer hears of tables that come, go and get another name, and not of definitions")
    void changes() {
        TableInfo anew = table(3, 1, "shop", "orders");
        TableInfo moved = table(1, 2, "site", "orders");
        assertThat(DdlEvent.truncateTable(10, 0, ORDERS, anew, List.of(ORDERS.table()))
                        .changes())
                .containsExactly(new TableChange.DropTable(ORDERS.table()), new TableChange.AddTable(anew));
        assertThat(DdlEvent.renameTable(10, 0, ORDERS, moved).changes())
                .containsExactly(new TableChange.RenameTable(moved));
        assertThat(DdlEvent.alterTable(10, 0, ORDERS, "id BIGINT").changes()).isEmpty();
    }

    @Test
    @DisplayName("a schema takes its own tables with it, whatever they are called")
    void schemaOfRoutedTables() {
        TreeMap<TableName, TableInfo> live = new TreeMap<>();
        for (DdlEvent ddl : List.of(
                DdlEvent.createTable(10, 0, ORDERS, null),
                DdlEvent.createTable(10, 1, USERS, null),
                DdlEvent.dropSchema(20, 2, new SchemaId(1), "shop", List.of(ORDERS.table())))) {
            ddl.renamed(DdlEventTest::routed).applyTo(live);
        }
        assertThat(live).containsOnlyKeys(new TableName("all", "users"));
    }

    @Test
    @DisplayName("an older DDL of a name that another table has by now takes nothing away from that")
    void againLater() {
        TreeMap<TableName, TableInfo> live = new TreeMap<>();
        TableInfo later = table(3, 1, "shop", "orders");
        DdlEvent.createTable(30, 2, later, null).applyTo(live);
        DdlEvent.dropTable(20, 1, ORDERS, List.of(ORDERS.table())).applyTo(live);
        assertThat(live.values()).containsExactly(later);
    }

    @Test
    @DisplayName("tables and definitions that do not fit the kind are refused")
    void misfits() {
        assertThatThrownBy(() -> DdlEvent.renameTable(10, 0, ORDERS, USERS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("RENAME_TABLE at 10");
        assertThatThrownBy(() -> DdlEvent.truncateTable(10, 0, ORDERS, ORDERS, List.of()))
                .hasMessageContaining("TRUNCATE_TABLE at 10");
        assertThatThrownBy(() -> new DdlEvent(
                        10, 0, DdlEvent.Kind.ALTER_TABLE, new SchemaId(1), "shop", ORDERS, ORDERS, null, List.of()))
                .hasMessageContaining("without a definition");
    }

    @Test
    @DisplayName("DDLs that concern nobody still are an event, if somebody has to decide about them")
    void ofNobody() {
        DdlEvent create = DdlEvent.createTable(10, 0, ORDERS, null);
        DdlEvent dropOfEmpty = DdlEvent.dropSchema(10, 1, new SchemaId(2), "site", List.of());
        assertThat(BlockEvents.of(List.of(create, dropOfEmpty))).isEmpty();
        assertThat(BlockEvents.ofNobody(List.of(dropOfEmpty)).scope())
                .isEqualTo(new BlockScope.Schema(new SchemaId(2)));
        assertThat(BlockEvents.ofNobody(List.of(create)).scope())
                .isEqualTo(new BlockScope.Tables(List.of(ORDERS.table())));
        assertThat(BlockEvents.ofNobody(List.of(create, dropOfEmpty, dropOfEmpty))
                        .changes())
                .hasSize(3);
    }
}
