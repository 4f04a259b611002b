package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What people call spans: by their table, its name or number, or by the beginning of a dispatcher's id. Thread-safe. */
final class SpanNames {
    private static final Pattern DISPATCHER = Pattern.compile("[0-9a-f]{32}");

    private final ChangefeedOwners owners;
    private final TableDirectory directory;

    SpanNames(ChangefeedOwners owners, TableDirectory directory) {
        this.owners = owners;
        this.directory = directory;
    }

    /** All spans that a name means, at least one. */
    List<SpanExplanation> explain(ChangefeedId changefeed, String name) {
        List<TableId> tables = tables(name);
        List<SpanExplanation> found = owners.ask(
                changefeed,
                (maintainer, now) -> tables.stream()
                        .flatMap(table -> maintainer.explain(table, now).stream())
                        .toList());
        if (!found.isEmpty()) {
            return found;
        }
        DispatcherId dispatcher = dispatcher(changefeed, name);
        return owners.ask(changefeed, (maintainer, now) -> maintainer.explain(dispatcher, now))
                .map(List::of)
                .orElseThrow(() -> noSpan(changefeed, name));
    }

    /** The tables of a name or number; one that was dropped and made again is found under each of its numbers. */
    List<TableId> tables(String name) {
        List<TableDirectory.Entry> found = directory.tables().stream()
                .filter(table -> table.isCalled(name))
                .toList();
        if (found.stream().map(TableDirectory.Entry::name).distinct().count() > 1) {
            throw unknown("'" + name + "' is ambiguous: it may be "
                    + found.stream()
                            .map(table -> table.name() + " (number " + table.table() + ")")
                            .collect(Collectors.joining(" or "))
                    + "; give the number");
        }
        return found.stream().map(TableDirectory.Entry::table).toList();
    }

    /** What a table is called; empty if nobody knows. */
    String nameOf(TableId table) {
        return directory.nameOf(table).orElse("");
    }

    /** A whole id needs no planner, so it can be asked for while one hangs. */
    private DispatcherId dispatcher(ChangefeedId changefeed, String beginning) {
        if (DISPATCHER.matcher(beginning).matches()) {
            return new DispatcherId(
                    Long.parseUnsignedLong(beginning, 0, 16, 16), Long.parseUnsignedLong(beginning, 16, 32, 16));
        }
        List<DispatcherId> matching = beginning.isEmpty()
                ? List.of()
                : owners.planned(changefeed).spans().stream()
                        .map(SpanView::dispatcher)
                        .filter(id -> id.toString().startsWith(beginning))
                        .limit(2)
                        .toList();
        if (matching.isEmpty()) {
            throw noSpan(changefeed, beginning);
        }
        if (matching.size() > 1) {
            throw unknown("more than one dispatcher begins with '" + beginning + "'; give more of it");
        }
        return matching.get(0);
    }

    private MaintainerException noSpan(ChangefeedId changefeed, String name) {
        List<String> names =
                directory.tables().stream().map(TableDirectory.Entry::name).toList();
        return unknown("no span of " + changefeed + " is called '" + name + "'" + NearestName.question(name, names)
                + "; see 'ctl spans'");
    }

    private static MaintainerException unknown(String message) {
        return new MaintainerException(ErrorCode.UNKNOWN_NAME, message);
    }
}
