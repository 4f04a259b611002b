package dev.maintainer.api.error;

import dev.maintainer.api.annotation.Stability;

/**
 * Stable codes of errors that people and programs see. A code is never reused and never renamed; new ones go to the
 * end of their group.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public enum ErrorCode {
    /** A configuration value, command line option or plug-in that cannot be used. */
    BAD_CONFIGURATION("MNT-1001"),
    /** No scheduler has the requested name. */
    UNKNOWN_SCHEDULER("MNT-1002"),
    /** More than one scheduler claims a name. */
    DUPLICATE_SCHEDULER("MNT-1003"),
    /** A scheduler provider could not be loaded or described. */
    BROKEN_SCHEDULER("MNT-1004"),

    /** Input from a source (change log) that breaks its format or its order. */
    BAD_INPUT("MNT-2001"),
    /** The sink cannot be written or read. */
    SINK_UNAVAILABLE("MNT-2002"),
    /** A write came with an ownership epoch, or from a segment, that has been superseded. */
    SINK_FENCED("MNT-2003"),
    /** The source cannot be read now; the reader tries again. */
    SOURCE_UNAVAILABLE("MNT-2004"),
    /** The history of the source does not reach back to where reading has to start. */
    SOURCE_HISTORY_LOST("MNT-2005"),
    /** The sink refuses rows, and will refuse them again: they and what is there do not fit. */
    SINK_REJECTED("MNT-2006"),
    /** A database does not allow the role that was given to do what is needed, or does not let it in. */
    NOT_ALLOWED_BY_DATABASE("MNT-2007"),
    /** Rows of a table came in a shape that no DDL explains. */
    SCHEMA_DRIFT("MNT-2008"),
    /** A change tells only a part of its row, and the rest of it is not known. */
    ROW_MISSING("MNT-2009"),
    /** The source is another one than that which was read so far. */
    SOURCE_CHANGED("MNT-2010"),
    /** The sink lacks what it had made durable: another server, or a backup, has taken its place. */
    SINK_WENT_BACK("MNT-2011"),

    /** A dispatcher could not be created. */
    DISPATCHER_CREATION_FAILED("MNT-3001"),
    /** A running dispatcher failed. */
    DISPATCHER_FAILED("MNT-3002"),
    /** A new owner's bootstrap named another DDL trigger dispatcher than the one that runs. */
    TRIGGER_MISMATCH("MNT-3003"),
    /** A worker is still closing the changefeed; try again. */
    WORKER_CLOSING("MNT-3004"),

    /** A scheduler threw, or returned what is not a plan. */
    SCHEDULER_FAILED("MNT-4001"),
    /** A scheduler's plan breaks the rules of {@code PlanCheck}. */
    PLAN_REJECTED("MNT-4002"),
    /** Bootstrap found no checkpoint to start from. */
    BOOTSTRAP_FAILED("MNT-4003"),
    /** A newer owner exists. */
    FENCED("MNT-4004"),
    /** An operator is older than its deadline and is still waiting. */
    OPERATOR_STUCK("MNT-4005"),
    /** A node that runs dispatchers sends no watermark. */
    WATERMARK_MISSING("MNT-4006"),
    /** A plug-in was built against other releases of the jars that it meets. */
    MISALIGNED_JARS("MNT-4007"),
    /** A scheduler took longer than its deadline. */
    PLAN_TIMED_OUT("MNT-4008"),
    /** A scheduler has failed so often that the built-in placement of absent spans does its work. */
    SCHEDULER_DEGRADED("MNT-4009"),
    /** What a plan was made from has changed since, so it is not carried out. */
    PLAN_OUTDATED("MNT-4010"),
    /** A node is a member and is silent: it gets no new work, and is expelled if that lasts. */
    NODE_SUSPECT("MNT-4011"),
    /** The sink waits for a redo log that makes no progress. */
    REDO_STALLED("MNT-4012"),
    /** A block event, at which dispatchers wait, does not move on. */
    BARRIER_STUCK("MNT-4013"),
    /** The sink does not execute a DDL or a sync point, and will not if it is asked again: somebody has to decide. */
    DDL_REFUSED("MNT-4014"),

    /** The metadata store refused or failed. */
    METADATA_UNAVAILABLE("MNT-5001"),
    /** The store of the cluster is not the one that this process belongs to. */
    FOREIGN_STORE("MNT-5003"),
    /** A record in the store of the cluster is damaged, or in a format that this release does not know. */
    UNREADABLE_RECORD("MNT-5005"),

    /** A request of the admin interface names a verb, a changefeed, a node, a span or a plan that does not exist. */
    UNKNOWN_NAME("MNT-6001"),
    /** A request of the admin interface is valid, but is not carried out. */
    REQUEST_REFUSED("MNT-6002"),
    /** A node does not answer the admin interface. */
    NODE_UNAVAILABLE("MNT-6003"),
    /** A request of the admin interface came without the token, or from an address that is not allowed. */
    NOT_ALLOWED("MNT-6004");

    private final String code;

    ErrorCode(String code) {
        this.code = code;
    }

    /** {@return the code as it is printed and logged, for example {@code MNT-2001}} */
    public String code() {
        return code;
    }
}
