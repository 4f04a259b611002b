package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.tck.SourceContract;
import dev.maintainer.connector.tck.SourceLab;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The change log keeps the rules of sources. */
class ChangeLogSourceContractTest extends SourceContract {
    @Override
    protected SourceLab lab() {
        return new SourceLab() {
            private final List<Consumer<ChangeLogBuilder>> history = new ArrayList<>();

            @Override
            public void createTable(String table) {
                long ts = next();
                history.add(log -> log.createTable(ts, name(table)));
            }

            @Override
            public void dropTable(String table) {
                long ts = next();
                history.add(log -> log.dropTable(ts, name(table)));
            }

            @Override
            public void commit(List<Change> changes) {
                long ts = next();
                List<Change> copy = List.copyOf(changes);
                history.add(log -> copy.forEach(change -> log.row(
                        ts,
                        name(change.table()),
                        change.value() == null ? RowEvent.Op.D : RowEvent.Op.U,
                        change.key(),
                        change.value() == null ? null : "{\"v\":" + change.value() + "}")));
            }

            private long next() {
                return 10 + 5L * history.size();
            }

            private TableName name(String table) {
                return new TableName(schema(), table);
            }

            @Override
            public Source open() {
                ChangeLogBuilder builder = new ChangeLogBuilder();
                history.forEach(each -> each.accept(builder));
                ChangeLog log = builder.build("digest");
                return new ChangeLogSource(log, new Frontier(log.endTs()));
            }

            @Override
            public String schema() {
                return "s";
            }

            @Override
            public int valueOf(String json) {
                return Integer.parseInt(json.replaceAll("\\D", ""));
            }
        };
    }
}
