package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;

/**
 * Everything that a maintainer may do, and that depends on its phase.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum LifecycleAction {
    /** Admit an operator that a plan or a DDL asks for. */
    ADMIT_OPERATOR,
    /** Admit the close of the DDL trigger dispatcher. */
    ADMIT_TRIGGER_CLOSE,
    /** Send for, and advance, an ordinary operator. */
    RUN_OPERATOR,
    /** Send for, and advance, the close of the DDL trigger dispatcher. */
    RUN_TRIGGER_CLOSE,
    /** Call the scheduler. */
    PLAN,
    /** Reschedule what stopped by itself, remove orphans. */
    SELF_HEAL,
    /** Forget dead nodes, use new ones. */
    REACT_TO_MEMBERSHIP,
    /** Ask nodes for their state. */
    SEND_BOOTSTRAP,
    /** Let the DDL trigger dispatcher begin. */
    SEND_POST_BOOTSTRAP,
    /** Apply block statuses and answer them. */
    HANDLE_BLOCK_STATUS,
    /** Persist how far the redo log is, and tell workers how far they may write. */
    FORWARD_REDO,
    /** Tell workers to close the changefeed. */
    SEND_CLOSE,
    /** Store watermarks and statuses. */
    STORE_PROGRESS,
    /** Store errors. */
    STORE_ERRORS
}
