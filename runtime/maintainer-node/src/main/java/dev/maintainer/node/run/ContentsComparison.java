package dev.maintainer.node.run;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.TableChecksums.Checksum;
import dev.maintainer.replication.TableContents;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Compares the tables of two ends: by their checksums, if both ends have some of the same form, and by the rows of those buckets
 * that differ; else by all rows. How tables are defined at both ends is their own affair.
 */
public final class ContentsComparison {
    /** If more than one bucket in so many differs, all rows are read at once: it costs less than to look for those that do. */
    private static final int MOST_DIFFERING = 4;

    private final TableContents wanted;
    private final TableContents found;
    private final SortedSet<TableName> wantedNames;
    private final SortedSet<TableName> foundNames;

    /**
     * Compares nothing yet.
     *
     * @param wanted what should be there
     * @param found what is there
     * @throws MaintainerException if an end cannot say which tables it has
     */
    public ContentsComparison(TableContents wanted, TableContents found) throws MaintainerException {
        this.wanted = wanted;
        this.found = found;
        wantedNames = wanted.tables();
        foundNames = found.tables();
    }

    /** {@return the tables of either end} */
    SortedSet<TableName> tables() {
        SortedSet<TableName> all = new TreeSet<>(wantedNames);
        all.addAll(foundNames);
        return all;
    }

    /**
     * Compares all tables.
     *
     * @return how they differ
     * @throws MaintainerException if an end cannot be read
     */
    public StateDifference all() throws MaintainerException {
        long rows = 0;
        long count = 0;
        List<String> first = new ArrayList<>();
        for (TableName table : tables()) {
            StateDifference difference = of(table, each -> {});
            rows += difference.rows();
            count += difference.count();
            first.addAll(difference.first());
        }
        return new StateDifference(rows, count, first.subList(0, Math.min(StateDifference.SHOWN, first.size())));
    }

    /**
     * Compares a table.
     *
     * @param table its name
     * @param each told what differs
     * @return how it differs
     * @throws MaintainerException if it cannot be read
     */
    StateDifference of(TableName table, Consumer<StateDifference.Difference> each) throws MaintainerException {
        if (wantedNames.contains(table) && foundNames.contains(table)) {
            Optional<TableChecksums> expected = wanted.checksums(table);
            Optional<TableChecksums> actual = expected.isEmpty() ? Optional.empty() : found.checksums(table);
            if (actual.isPresent()
                    && actual.get().form().equals(expected.orElseThrow().form())) {
                return bySums(table, expected.orElseThrow(), actual.get(), each);
            }
        }
        return byRows(table, wanted::rows, found::rows, each);
    }

    private StateDifference bySums(
            TableName table,
            TableChecksums expected,
            TableChecksums actual,
            Consumer<StateDifference.Difference> each) {
        SortedMap<Integer, Checksum> wantedSums = expected.compute();
        SortedMap<Integer, Checksum> foundSums = actual.compute();
        SortedSet<Integer> differing = new TreeSet<>(wantedSums.keySet());
        differing.addAll(foundSums.keySet());
        int buckets = differing.size();
        differing.removeIf(bucket -> {
            Checksum sum = wantedSums.get(bucket);
            return sum != null && sum.equals(foundSums.get(bucket));
        });
        if (differing.size() > buckets / MOST_DIFFERING) {
            return byRows(table, wanted::rows, found::rows, each);
        }
        long equalRows = wantedSums.entrySet().stream()
                .filter(sum -> !differing.contains(sum.getKey()))
                .map(Map.Entry::getValue)
                .mapToLong(Checksum::rows)
                .sum();
        StateDifference rest = differing.isEmpty()
                ? StateDifference.NONE
                : byRows(table, name -> expected.rows(differing), name -> actual.rows(differing), each);
        return new StateDifference(equalRows + rest.rows(), rest.count(), rest.first());
    }

    private StateDifference byRows(
            TableName table,
            Function<TableName, RowCursor> expected,
            Function<TableName, RowCursor> actual,
            Consumer<StateDifference.Difference> each) {
        return StateDifference.between(
                named(table, wantedNames),
                name -> expected.apply(name).withoutDefinitions(),
                named(table, foundNames),
                name -> actual.apply(name).withoutDefinitions(),
                false,
                each);
    }

    private static SortedSet<TableName> named(TableName table, SortedSet<TableName> names) {
        return names.contains(table) ? new TreeSet<>(List.of(table)) : new TreeSet<>();
    }
}
