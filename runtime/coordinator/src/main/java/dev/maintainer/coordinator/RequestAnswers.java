package dev.maintainer.coordinator;

import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** What became of the last requests, by number. Written by the coordinator, read by any thread. */
final class RequestAnswers {
    /** Whoever asks looks for a few seconds. */
    private static final int KEPT = 1_024;

    private final ConcurrentSkipListMap<Long, RequestAnswer> answers = new ConcurrentSkipListMap<>();

    void put(RequestTerms terms, RequestAnswer answer) {
        if (terms.number() > 0) {
            answers.put(terms.number(), answer);
            if (answers.size() > KEPT) {
                answers.pollFirstEntry();
            }
        }
    }

    Optional<RequestAnswer> get(long number) {
        return Optional.ofNullable(answers.get(number));
    }
}
