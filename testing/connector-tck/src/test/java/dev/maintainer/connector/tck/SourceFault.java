package dev.maintainer.connector.tck;

/** What a bad source does wrong, and the rule that must find it. */
enum SourceFault {
    SKIPS_A_ROW("r01"),
    GIVES_A_ROW_TWICE("r01"),
    OUT_OF_ORDER("r01"),
    IGNORES_SPANS("r02"),
    BEGINS_AT_THE_START("r03"),
    SKIPS_WHAT_FOLLOWS_THE_START("r03"),
    NEXT_IS_LATE("r04"),
    NEXT_IS_ALWAYS_THE_START("r04"),
    GIVES_MORE("r05"),
    DROPS_WHAT_IS_TOO_MUCH("r05"),
    EARLY("r06"),
    RESOLVED_GOES_BACK("r06"),
    IDS_BY_NAME("r07"),
    TABLES_ARE_LATE("r07"),
    FORGETS_WHAT_A_DROP_DROPS("r07"),
    CLOSES_WITH_ITS_READER("r08"),
    FAILS_WHEN_CLOSED_AGAIN("r08"),
    ANOTHER_IDENTITY("r09"),
    TIME_GOES_BACK("r09"),
    STARTS_AT_NOTHING("r09"),
    COPIES_ALL("r10");

    final String rule;

    SourceFault(String rule) {
        this.rule = rule;
    }
}
