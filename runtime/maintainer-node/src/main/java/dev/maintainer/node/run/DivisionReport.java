package dev.maintainer.node.run;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.replication.stream.WrittenWork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * How tables were split and merged in a run, and how even the nodes were.
 *
 * @param splits that began
 * @param merges that began
 * @param tables that were in parts, by name
 * @param work of each node that lived to the end
 */
public record DivisionReport(
        long splits, long merges, SortedMap<String, Table> tables, SortedMap<NodeId, WrittenWork.Sum> work) {
    /**
     * A table that was in parts.
     *
     * @param mostParts at one moment
     * @param mostNodes that its parts were on at one moment
     * @param partsAtTheEnd 1 if it was merged again
     */
    public record Table(int mostParts, int mostNodes, int partsAtTheEnd) {}

    /** Copies the maps. */
    public DivisionReport {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        work = Collections.unmodifiableSortedMap(new TreeMap<>(work));
    }

    /** The most that a node wrote, over the mean of all; 1 if all wrote the same, 0 if nobody wrote. */
    private double unevenness(ToLongFunction<WrittenWork.Sum> what) {
        double mean = work.values().stream().mapToLong(what).average().orElse(0);
        return mean == 0 ? 0 : work.values().stream().mapToLong(what).max().orElse(0) / mean;
    }

    /** For people. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "nodes wrote, most over mean: rows %.2f, bytes %.2f; %d splits, %d merges",
                unevenness(WrittenWork.Sum::rows),
                unevenness(WrittenWork.Sum::bytes),
                splits,
                merges));
        tables.forEach((name, table) -> lines.add("  " + name + ": up to " + table.mostParts() + " parts on "
                + table.mostNodes() + " nodes, "
                + (table.partsAtTheEnd() == 1 ? "whole" : table.partsAtTheEnd() + " parts") + " at the end"));
        return lines;
    }

    /** For programs. */
    ObjectNode toJson() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("splits", splits).put("merges", merges);
        node.put("rowsMaxOverMean", unevenness(WrittenWork.Sum::rows));
        node.put("bytesMaxOverMean", unevenness(WrittenWork.Sum::bytes));
        ObjectNode byTable = node.putObject("tables");
        tables.forEach((name, table) -> byTable.putObject(name)
                .put("mostParts", table.mostParts())
                .put("mostNodes", table.mostNodes())
                .put("partsAtTheEnd", table.partsAtTheEnd()));
        ObjectNode byNode = node.putObject("nodes");
        work.forEach((id, sum) ->
                byNode.putObject(id.value()).put("rows", sum.rows()).put("bytes", sum.bytes()));
        return node;
    }
}
