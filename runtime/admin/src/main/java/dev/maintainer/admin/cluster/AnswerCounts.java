package dev.maintainer.admin.cluster;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How often there was which answer, by its status and the code of what was refused. Thread-safe. */
final class AnswerCounts {
    private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(ApiAnswer answer) {
        String code = answer.status() < ApiAnswer.BAD
                ? ""
                : answer.body().path("code").asText();
        String key = code.isEmpty() ? String.valueOf(answer.status()) : answer.status() + " " + code;
        counts.computeIfAbsent(key, any -> new LongAdder()).increment();
    }

    /** A copy, by status and code with a blank between. */
    SortedMap<String, Long> all() {
        TreeMap<String, Long> all = new TreeMap<>();
        counts.forEach((key, count) -> all.put(key, count.sum()));
        return all;
    }
}
