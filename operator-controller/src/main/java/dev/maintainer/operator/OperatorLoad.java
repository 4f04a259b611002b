package dev.maintainer.operator;

/**
 * The operators of one type that are in flight.
 *
 * @param count how many there are, frozen ones included; at least 1
 * @param oldestMillis since when the oldest of them was admitted, in milliseconds
 */
public record OperatorLoad(int count, long oldestMillis) {}
