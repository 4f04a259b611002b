package dev.maintainer.node.run;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.TableContents;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Reads a source and a sink whose tables change meanwhile: both are opened for each pass, the source first. */
public final class BothEnds implements LiveComparison.Pass {
    private final Supplier<? extends TableContents> source;
    private final Supplier<? extends SinkContents> sink;

    /**
     * Opens nothing yet.
     *
     * @param source opens what is there
     * @param sink opens what should be the same
     */
    public BothEnds(Supplier<? extends TableContents> source, Supplier<? extends SinkContents> sink) {
        this.source = source;
        this.sink = sink;
    }

    @Override
    public StateDifference compare(@Nullable Set<TableName> tables, Consumer<StateDifference.Difference> each)
            throws MaintainerException {
        try (TableContents wanted = source.get();
                SinkContents found = sink.get()) {
            ContentsComparison ends = new ContentsComparison(wanted, found);
            long rows = 0;
            long count = 0;
            List<String> first = new ArrayList<>();
            for (TableName name : ends.tables()) {
                if (tables == null || tables.contains(name)) {
                    StateDifference difference = compare(name, ends, wanted, found, each);
                    rows += difference.rows();
                    count += difference.count();
                    first.addAll(difference.first());
                }
            }
            return new StateDifference(rows, count, first.subList(0, Math.min(StateDifference.SHOWN, first.size())));
        }
    }

    /** All rows of a table differ whose columns were changed while it was read, which is one difference. */
    private StateDifference compare(
            TableName name,
            ContentsComparison ends,
            TableContents wanted,
            SinkContents found,
            Consumer<StateDifference.Difference> each) {
        String before = definitions(name, wanted, found);
        List<StateDifference.Difference> met = new ArrayList<>();
        StateDifference difference = readable(name, ends, one -> {
            if (met.size() < LiveComparison.MOST_SUSPECTS) {
                met.add(one);
            }
        });
        if (!met.isEmpty()) {
            String after;
            try (TableContents wantedNow = source.get();
                    SinkContents foundNow = sink.get()) {
                after = definitions(name, wantedNow, foundNow);
            }
            if (!after.equals(before)) {
                String text = "table " + name + " was altered while it was compared";
                each.accept(new StateDifference.Difference(name, null, before, after, text));
                return new StateDifference(difference.rows(), 1, List.of(text));
            }
        }
        met.forEach(each);
        return difference;
    }

    private static String definitions(TableName name, TableContents wanted, TableContents found) {
        return wanted.definition(name) + " / " + found.definition(name);
    }

    /** A table that is changed or dropped at this moment cannot be read, which is a difference like others. */
    private static StateDifference readable(
            TableName name, ContentsComparison ends, Consumer<StateDifference.Difference> each) {
        try {
            return ends.of(name, each);
        } catch (MaintainerException e) {
            String problem = "table " + name + " cannot be compared: " + e.getMessage();
            each.accept(new StateDifference.Difference(
                    name, null, "readable", e.code().code(), problem));
            return new StateDifference(0, 1, List.of(problem));
        }
    }
}
