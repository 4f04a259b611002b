package dev.maintainer.node.run;

import dev.maintainer.api.model.TableId;
import dev.maintainer.node.admin.TableDirectory;
import dev.maintainer.node.changelog.ChangeLog;
import java.util.List;
import java.util.Optional;

/** The tables of a change log, for people. */
final class ChangeLogTables implements TableDirectory {
    private final ChangeLog log;

    ChangeLogTables(ChangeLog log) {
        this.log = log;
    }

    @Override
    public List<Entry> tables() {
        return log.tables().stream()
                .map(each -> new Entry(
                        each.table(),
                        each.name().toString(),
                        each.name().schema() + "." + each.name().table()))
                .toList();
    }

    @Override
    public Optional<String> nameOf(TableId table) {
        return log.table(table).map(each -> each.name().toString());
    }
}
