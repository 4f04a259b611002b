package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.operator.Admission;
import dev.maintainer.scheduler.spi.Decision;

/**
 * A decision and its result.
 *
 * @param scheduler who decided; empty for the built-in placement
 */
public record DecisionRecord(long round, long atMillis, String scheduler, Decision decision, Admission admission) {}
