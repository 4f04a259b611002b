package dev.maintainer.node.run;

import dev.maintainer.admin.TableDirectory;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.Source;
import java.util.List;
import java.util.Optional;

/** The tables of a source, for people. */
public record SourceTables(Source source) implements TableDirectory {
    @Override
    public List<Entry> tables() {
        return source.tables().stream()
                .map(each -> new Entry(
                        each.table(), each.name().toString(), each.name().plain()))
                .toList();
    }

    @Override
    public Optional<String> nameOf(TableId table) {
        return source.table(table).map(found -> found.name().toString());
    }
}
