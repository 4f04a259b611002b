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
    DDLS_FROM_THE_BEGINNING("r07"),
    CLOSES_WITH_ITS_READER("r08"),
    FAILS_WHEN_CLOSED_AGAIN("r08"),
    ANOTHER_IDENTITY("r09"),
    TIME_GOES_BACK("r09"),
    STARTS_AT_NOTHING("r09"),
    COPIES_ALL("r10"),
    FORGETS_A_DDL("r11"),
    EVENT_TWICE("r11"),
    SYNC_POINTS_FIRST("r11"),
    ALL_WAIT_FOR_ONE_TABLE("r11"),
    TABLES_MEET_ALL("r12"),
    SCHEMAS_ARE_NO_SCOPE("r12"),
    MEETS_WHAT_WAS_BEFORE_IT("r12"),
    MEETS_A_SYNC_POINT_AFTER_ITS_DROP("r12"),
    ONLY_THE_FIRST_PART_WAITS("r13"),
    DDL_AGAIN("r14"),
    ROWS_AND_DDL_ARE_ONE("r14"),
    EVENTS_AT_THE_START("r14"),
    NEXT_EVENT_IS_LATE("r15"),
    NEXT_EVENT_IS_ALWAYS_THE_START("r15"),
    NEXT_EVENT_GOES_BACK("r15"),
    EVENTS_EARLY("r16"),
    FORGETS_WHAT_IS_ASKED_TOO_EARLY("r16"),
    ROWS_END_BEFORE_THE_DROP("r17"),
    ROWS_COME_AFTER_THEIR_DDL("r17");

    final String rule;

    SourceFault(String rule) {
        this.rule = rule;
    }
}
