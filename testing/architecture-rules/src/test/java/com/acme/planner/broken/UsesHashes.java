package com.acme.planner.broken;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** P9. */
final class UsesHashes {
    Supplier<Set<String>> constructor() {
        return HashSet::new;
    }

    Map<String, String> identity() {
        return new IdentityHashMap<>();
    }

    Set<String> copy(List<String> names) {
        return Set.copyOf(names);
    }

    Map<String, Integer> collected(List<String> names) {
        return names.stream().collect(Collectors.toMap(name -> name, String::length));
    }

    Map<Integer, List<String>> grouped(List<String> names) {
        return names.stream().collect(Collectors.groupingBy(String::length));
    }
}
