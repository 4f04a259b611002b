package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.runtime.planner.PlannedSpans;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Pages of spans. Spans come and go between two pages, so a page begins behind a place, not at a number. */
final class SpanListing {
    private static final Pattern PLACE = Pattern.compile("(\\d{1,18}):([0-9a-f]{16})([0-9a-f]{16})");

    private static final Comparator<Place> ORDER =
            Comparator.comparing(Place::table).thenComparing(Place::dispatcher);

    /** Where a span is in the list. */
    private record Place(TableId table, DispatcherId dispatcher) {
        static Place of(SpanView span) {
            return new Place(span.span().table(), span.dispatcher());
        }

        static Place parse(String text) {
            Matcher matcher = PLACE.matcher(text);
            if (!matcher.matches()) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "'" + text
                                + "' is no place in a list; take it from the page before, as it is: more with --after PLACE"
                                + " ('next' in JSON)");
            }
            return new Place(
                    new TableId(Long.parseLong(matcher.group(1))),
                    new DispatcherId(
                            Long.parseUnsignedLong(matcher.group(2), 16),
                            Long.parseUnsignedLong(matcher.group(3), 16)));
        }

        @Override
        public String toString() {
            return table.value() + ":" + dispatcher;
        }
    }

    private SpanListing() {}

    /**
     * A page.
     *
     * @param tables which tables {@link SpanQuery#table()} means
     */
    static SpanPage page(
            PlannedSpans planned,
            Map<DispatcherId, OperatorView> operators,
            Function<TableId, String> nameOf,
            List<TableId> tables,
            SpanQuery query) {
        @Nullable Place after = query.after() == null ? null : Place.parse(query.after());
        int total = 0;
        List<SpanView> rest = new ArrayList<>();
        for (SpanView span : planned.spans()) {
            if (matches(span, operators, tables, query)) {
                total++;
                if (after == null || ORDER.compare(Place.of(span), after) > 0) {
                    rest.add(span);
                }
            }
        }
        rest.sort(Comparator.comparing(Place::of, ORDER));
        List<SpanView> shown = rest.subList(0, Math.min(query.limit(), rest.size()));
        String next = shown.size() == rest.size()
                ? null
                : Place.of(shown.get(shown.size() - 1)).toString();
        return new SpanPage(
                planned.request() == null ? 0 : planned.request().round(),
                total,
                shown.stream().map(span -> row(span, operators, nameOf)).toList(),
                next);
    }

    private static boolean matches(
            SpanView span, Map<DispatcherId, OperatorView> operators, List<TableId> tables, SpanQuery query) {
        NodeId at = span.node();
        if (query.node() != null && (at == null || !at.value().equals(query.node()))) {
            return false;
        }
        if (query.table() != null && !tables.contains(span.span().table())) {
            return false;
        }
        return query.state() == null || query.state() == state(span, operators);
    }

    private static SpanRow row(
            SpanView span, Map<DispatcherId, OperatorView> operators, Function<TableId, String> nameOf) {
        OperatorView operator = operators.get(span.dispatcher());
        return new SpanRow(
                span,
                nameOf.apply(span.span().table()),
                state(span, operators),
                operator == null ? null : operator.type().name());
    }

    private static SpanState state(SpanView span, Map<DispatcherId, OperatorView> operators) {
        if (operators.containsKey(span.dispatcher())) {
            return SpanState.SCHEDULING;
        }
        return span.node() == null ? SpanState.ABSENT : SpanState.REPLICATING;
    }
}
