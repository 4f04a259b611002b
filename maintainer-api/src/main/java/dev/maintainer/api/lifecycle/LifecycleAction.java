package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;

/**
 * An action of a maintainer that depends on its phase.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum LifecycleAction {
    /** Admit an operator that a plan or a DDL asks for. */
    ADMIT_OPERATOR,
    /** Admit the close of the DDL trigger dispatcher. */
    ADMIT_TRIGGER_CLOSE,
    /** Send commands of an ordinary operator, and advance it. */
    RUN_OPERATOR,
    /** Send the close of the DDL trigger dispatcher, and advance it. */
    RUN_TRIGGER_CLOSE,
    /** Call the scheduler. */
    PLAN,
    /** Reschedule what stopped by itself, remove orphans. */
    SELF_HEAL,
    /** Forget dead nodes, use new ones. */
    REACT_TO_MEMBERSHIP,
    /** Ask nodes for their state. */
    SEND_BOOTSTRAP,
    /** Let the DDL trigger dispatcher start. */
    SEND_POST_BOOTSTRAP,
    /** Apply block statuses and answer them; collect, decide and repeat block events. */
    HANDLE_BLOCK_STATUS,
    /** Persist the progress of the redo log, and tell workers up to where they may write. */
    FORWARD_REDO,
    /** Tell workers to close the changefeed. */
    SEND_CLOSE,
    /** Store watermarks and statuses. */
    STORE_PROGRESS,
    /** Store errors. */
    STORE_ERRORS
}
