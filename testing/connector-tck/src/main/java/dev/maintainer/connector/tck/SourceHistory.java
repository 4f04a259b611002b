package dev.maintainer.connector.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** What a rule has let happen in a laboratory, and the sources that it has opened of it. */
final class SourceHistory implements AutoCloseable {
    /** A table from its creation on. Another one of the same name has a life of its own. */
    static final class Life {
        private final TableName name;
        /** The transactions that have changed rows of it, one entry for each row. */
        private final List<Integer> changes = new ArrayList<>();

        private Life(TableName name) {
            this.name = name;
        }

        TableName name() {
            return name;
        }

        /** How many of its rows were changed up to a transaction, inclusive. */
        int changesUpTo(int transaction) {
            return (int) changes.stream().filter(each -> each <= transaction).count();
        }

        int changes() {
            return changes.size();
        }
    }

    private final SourceLab lab;
    private final List<Source> opened = new ArrayList<>();
    private final List<Life> lives = new ArrayList<>();
    private final TreeMap<TableName, Life> live = new TreeMap<>();
    private final List<Integer> withDdls = new ArrayList<>();
    private int transactions;

    SourceHistory(SourceLab lab) {
        this.lab = lab;
    }

    SourceLab lab() {
        return lab;
    }

    boolean can(SourceLab.Ability ability) {
        return lab.abilities().contains(ability);
    }

    Duration patience() {
        return lab.patience();
    }

    TableName name(String table) {
        return new TableName(lab.schema(), table);
    }

    void createTable(String table) {
        commit(List.of(), new SourceLab.Ddl.CreateTable(name(table)));
    }

    void dropTable(String table) {
        commit(List.of(), new SourceLab.Ddl.DropTable(name(table)));
    }

    void commit(List<SourceLab.Change> changes, SourceLab.Ddl... ddls) {
        int transaction = transactions++;
        for (SourceLab.Change change : changes) {
            Life life = Objects.requireNonNull(live.get(name(change.table())), change.table());
            life.changes.add(transaction);
        }
        for (SourceLab.Ddl ddl : ddls) {
            if (ddl instanceof SourceLab.Ddl.CreateTable create) {
                Life life = new Life(create.table());
                lives.add(life);
                live.put(create.table(), life);
            } else if (ddl instanceof SourceLab.Ddl.DropTable drop) {
                live.remove(drop.table());
            } else if (ddl instanceof SourceLab.Ddl.DropSchema drop) {
                live.keySet().removeIf(table -> table.schema().equals(drop.schema()));
            }
        }
        if (ddls.length > 0) {
            withDdls.add(transaction);
        }
        lab.commit(List.copyOf(changes), List.of(ddls));
    }

    Source open() {
        Source source = lab.open();
        opened.add(source);
        return source;
    }

    /** The tables that ever were, in the order of their creation. */
    List<Life> lives() {
        return lives;
    }

    /** The transactions with DDLs, in their order. */
    List<Integer> withDdls() {
        return withDdls;
    }

    /** All DDLs of a source, those of one transaction together. Waits until all have come, and are resolved. */
    List<List<DdlEvent>> ddls(Source source) {
        long began = System.nanoTime();
        List<List<DdlEvent>> all = ddls(source, source.startTs());
        while (all.size() < withDdls.size()
                && System.nanoTime() - began < lab.patience().toNanos()) {
            all = ddls(source, source.startTs());
        }
        assertThat(all).as("DDLs by transaction").hasSameSizeAs(withDdls);
        return all;
    }

    /** The DDLs from a position on, up to what is resolved. */
    List<List<DdlEvent>> ddls(Source source, long startTs) {
        List<List<DdlEvent>> all = new ArrayList<>();
        try (DdlReader reader = source.ddls(startTs)) {
            for (List<DdlEvent> together = reader.poll(source.resolvedTs());
                    !together.isEmpty();
                    together = reader.poll(source.resolvedTs())) {
                all.add(together);
            }
        }
        return all;
    }

    TableId idOf(Source source, String table) {
        return source.tables().stream()
                .filter(each -> each.name().equals(name(table)))
                .map(TableInfo::table)
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new AssertionError("no table " + table + " among " + source.tables()));
    }

    @Override
    public void close() {
        opened.forEach(Source::close);
        lab.close();
    }
}
