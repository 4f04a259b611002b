package dev.maintainer.demo.postgres.speed;

import java.util.List;

/** What applications write into the source, in runs that are counted from 1. */
interface Load {
    /** {@return for people} */
    String name();

    /** {@return the tables that it changes} */
    List<String> tables();

    /** {@return of what it has {@link #size}} */
    String unit();

    /** {@return how many there are in a run} */
    int size();

    /** {@return statements that write a run, in their order} */
    List<String> statements(int run);

    /**
     * What tells that a run has arrived. Each span is written in the order of commits, so the last row of each is enough.
     *
     * @return a condition in SQL
     */
    String isThere(int run);

    /** {@return the target, for people; empty if there is none} */
    String target();
}
