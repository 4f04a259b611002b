package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.tck.SourceContract;
import dev.maintainer.connector.tck.SourceLab;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The change log keeps the rules of sources. */
class ChangeLogSourceContractTest extends SourceContract {
    private static final int SYNC_POINT_INTERVAL = 7;

    @Override
    protected SourceLab lab() {
        return new SourceLab() {
            private final List<Consumer<ChangeLogBuilder>> history = new ArrayList<>();

            @Override
            public Set<Ability> abilities() {
                return EnumSet.allOf(Ability.class);
            }

            @Override
            public void commit(List<Change> changes, List<Ddl> ddls) {
                long ts = next();
                history.add(log -> {
                    changes.forEach(change -> log.row(
                            ts,
                            new TableName(schema(), change.table()),
                            change.value() == null ? RowEvent.Op.D : RowEvent.Op.U,
                            change.key(),
                            change.value() == null ? null : "{\"v\":" + change.value() + "}"));
                    ddls.forEach(ddl -> apply(log, ts, ddl));
                });
            }

            private void apply(ChangeLogBuilder log, long ts, Ddl ddl) {
                if (ddl instanceof Ddl.CreateTable create) {
                    log.createTable(ts, create.table());
                } else if (ddl instanceof Ddl.DropTable drop) {
                    log.dropTable(ts, drop.table());
                } else if (ddl instanceof Ddl.DropSchema drop) {
                    log.dropSchema(ts, drop.schema());
                }
            }

            private long next() {
                return 10 + 5L * history.size();
            }

            @Override
            public Source open() {
                ChangeLogBuilder builder = new ChangeLogBuilder(SYNC_POINT_INTERVAL);
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
