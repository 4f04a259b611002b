package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.SCHEMA;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Names of tables on their way from the schema store and from DDLs to planners. */
class TableNamesScenarioTest {
    private static final Reason WHY = new Reason("TEST", "because");

    /** What the planner saw last: "schema.table has n spans". */
    private final List<String> seen = new ArrayList<>();

    private boolean split;
    private final MaintainerBench bench =
            new MaintainerBench(5, 100, HandoffManifest.EMPTY, (snapshot, budget) -> plan(snapshot));

    private Plan plan(SchedulingSnapshot snapshot) {
        seen.clear();
        snapshot.schemaNames()
                .forEach(schema -> snapshot.tables(schema, "").forEach(table -> {
                    int spans = 0;
                    for (SpanView span : snapshot.spans(table.table())) {
                        assertThat(span.name()).isEqualTo(table.name());
                        spans++;
                    }
                    seen.add(table.name() + " " + spans);
                }));
        List<Decision> decisions = new ArrayList<>();
        snapshot.absent(GroupId.DEFAULT).forEach(span -> decisions.add(new Decision.Place(span.dispatcher(), N1, WHY)));
        for (SpanView span : split ? snapshot.replicating(GroupId.DEFAULT, N1) : List.<SpanView>of()) {
            decisions.add(
                    new Decision.Split(span.dispatcher(), N1, List.of(SpanBound.before("m")), List.of(N1, N1), WHY));
        }
        return Plan.of(decisions, WHY);
    }

    private static TableInfo table(long id, String schema, String name) {
        return new TableInfo(new TableId(id), SCHEMA, new TableName(schema, name), true);
    }

    private void begin(TableInfo... tables) {
        bench.members(N1);
        bench.answer(N1);
        bench.tables(new SchemaSnapshot(100, List.of(tables)));
        bench.triggerBegun();
        bench.completeCreates(100);
        bench.tick();
    }

    @Test
    @DisplayName("planners see the names of the tables that were there, that come, that are renamed, and that go")
    void ddls() {
        begin(table(1, "sales", "orders"), table(2, "sales", "items"));
        assertThat(seen).containsExactly("sales.items 1", "sales.orders 1");

        bench.ddl(200, new TableChange.AddTable(table(3, "stock", "items")));
        assertThat(seen).containsExactly("sales.items 1", "sales.orders 1", "stock.items 1");

        bench.ddl(210, new TableChange.RenameTable(table(1, "archive", "orders_2025")));
        assertThat(seen).containsExactly("archive.orders_2025 1", "sales.items 1", "stock.items 1");

        bench.ddl(220, dropTable(2));
        assertThat(seen).containsExactly("archive.orders_2025 1", "stock.items 1");
    }

    @Test
    @DisplayName(
            "two tables that exchange their names in one transaction have those of the other, also if it comes again")
    void swap() {
        begin(table(1, "sales", "orders"), table(2, "sales", "items"));
        for (int time = 0; time < 2; time++) {
            bench.ddl(
                    200 + time,
                    new TableChange.RenameTable(table(1, "sales", "aside")),
                    new TableChange.RenameTable(table(2, "sales", "orders")),
                    new TableChange.RenameTable(table(1, "sales", "items")));
            assertThat(seen).containsExactly("sales.items 1", "sales.orders 1");
        }
        bench.ddl(210, dropTable(2));
        assertThat(seen).containsExactly("sales.items 1");
        bench.ddl(220, new TableChange.RenameTable(table(7, "sales", "unknown")));
        assertThat(seen).as("a table that is not there").containsExactly("sales.items 1");
    }

    @Test
    @DisplayName("parts of a table have its name")
    void parts() {
        begin(table(1, "sales", "orders"));
        split = true;
        bench.passJoinGrace(N1);
        bench.statuses(N1, stopped(bench.dispatcher(1), 150));
        split = false;
        bench.tick();
        bench.completeCreates(150);
        bench.passJoinGrace(N1);

        assertThat(seen).containsExactly("sales.orders 2");
        assertThat(bench.table(1)).hasSize(2);

        bench.ddl(300, new TableChange.RenameTable(table(1, "archive", "orders")));
        assertThat(seen).containsExactly("archive.orders 2");
    }
}
