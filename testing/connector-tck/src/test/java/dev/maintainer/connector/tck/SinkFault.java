package dev.maintainer.connector.tck;

/** What a bad sink does wrong, and the rule that must find it. */
enum SinkFault {
    LOSES_DELETES("s01"),
    LAST_WRITE_COUNTS("s02"),
    FORGETS_WHEN_SEALED("s03"),
    DURABLE_LATER("s04"),
    IGNORES_THE_FENCE("s05"),
    HOLDS_FOR_EVER("s05"),
    SEALS_BEFORE_IT_REFUSES("s06"),
    OPENS_FOR_ANYBODY("s06"),
    FENCE_IN_MEMORY("s07"),
    TAKES_LOWER_EPOCHS("s07"),
    REFUSES_THE_SAME_EPOCH("s07"),
    SEALS_NOTHING("s08"),
    WRITES_WHEN_SEALED("s09"),
    DDLS_WIPE_AGAIN("s10"),
    TABLES_BY_NAME("s10"),
    ONE_WRITER_A_TABLE("s11"),
    TRIMS_KEYS("s12"),
    ONLY_TEXT_KEYS("s12"),
    REMEMBERS_EVERYTHING("s13"),
    ANY_SOURCE("s14"),
    COUNTS_ALL_AS_NEW("s15"),
    LOSES_ONE_IN_MANY("s16"),
    ORDERS_BY_CHARACTERS("s17");

    final String rule;

    SinkFault(String rule) {
        this.rule = rule;
    }
}
