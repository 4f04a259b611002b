package dev.maintainer.scheduler.spi;

/**
 * Why a planner decided as it did.
 *
 * @param code stable and short, for counting: upper case letters and underscores
 * @param text a sentence with the numbers that decided, for people
 */
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Reason(String code, String text) {}
