package dev.maintainer.operator;

import dev.maintainer.api.operator.OperatorType;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The operators in flight by type, in the order of their admission, so that nobody has to count them. */
final class OperatorCensus {
    private final Map<OperatorType, Set<RegisteredOperator>> byType = new EnumMap<>(OperatorType.class);

    void admitted(RegisteredOperator operator) {
        byType.computeIfAbsent(operator.type(), type -> new LinkedHashSet<>()).add(operator);
    }

    void ended(RegisteredOperator operator) {
        Set<RegisteredOperator> others = byType.get(operator.type());
        if (others != null) {
            others.remove(operator);
        }
    }

    SortedMap<OperatorType, OperatorLoad> load(long nowMillis) {
        TreeMap<OperatorType, OperatorLoad> load = new TreeMap<>();
        byType.forEach((type, operators) -> {
            if (!operators.isEmpty()) {
                long since = operators.iterator().next().admittedAt();
                load.put(type, new OperatorLoad(operators.size(), Math.max(0, nowMillis - since)));
            }
        });
        return load;
    }
}
