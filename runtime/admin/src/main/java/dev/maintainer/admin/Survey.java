package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * What the nodes have said of the maintainers that they host.
 *
 * @param changefeeds of those that have answered, by name; of two owners the newer one
 * @param silent those that have not answered, by id
 */
record Survey(List<ChangefeedRow> changefeeds, List<NodeId> silent) {
    private static final Comparator<ChangefeedRow> NEWEST_FIRST = Comparator.comparing(
                    (ChangefeedRow row) -> row.maintainer().changefeed())
            .thenComparing(row -> row.maintainer().epoch(), Comparator.reverseOrder());

    static Survey of(Collection<ChangefeedRow> answers, Collection<NodeId> silent) {
        List<ChangefeedRow> newest = new ArrayList<>();
        answers.stream().sorted(NEWEST_FIRST).forEach(row -> {
            boolean older = !newest.isEmpty()
                    && newest.get(newest.size() - 1)
                            .maintainer()
                            .changefeed()
                            .equals(row.maintainer().changefeed());
            if (!older) {
                newest.add(row);
            }
        });
        return new Survey(List.copyOf(newest), silent.stream().sorted().toList());
    }
}
