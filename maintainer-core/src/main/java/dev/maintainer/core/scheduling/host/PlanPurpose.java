package dev.maintainer.core.scheduling.host;

/** What a plan is asked for. */
enum PlanPurpose {
    /** The scheduler's plan is carried out. */
    CARRY_OUT,
    /** The first plan of a scheduler that was selected is carried out. */
    TRY,
    /** The scheduler has failed too often, and is tried again. */
    PROBE,
    /** The built-in placement stands in for it. */
    STAND_IN,
    /** The plan is kept for people to look at. */
    PROPOSE,
    /** The plan was answered; its shadow's is awaited. */
    SHADOW
}
