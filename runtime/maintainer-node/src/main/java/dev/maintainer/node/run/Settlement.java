package dev.maintainer.node.run;

import org.jspecify.annotations.Nullable;

/**
 * What has become of a sink in the end.
 *
 * @param compared whether it could be read back
 * @param tables live tables in it; 0 if it was not compared
 * @param rows live rows in it; 0 if it was not compared
 * @param difference from the source; none if it was not compared
 * @param redo what became of the redo log; null if none was kept
 */
record Settlement(
        boolean compared,
        int tables,
        long rows,
        StateDifference difference,
        @Nullable RedoReport redo) {}
