package dev.maintainer.coordinator;

/**
 * The time during which a coordinator was awake: silence is counted in it. One that has stood still, for instance because its
 * machine was suspended, has not read what others said meanwhile, and must not hold it against them.
 */
final class AwakeTime {
    private final long mostPerTick;
    private boolean hasBegun;
    private long tickedAt;
    private long millis;

    /**
     * Begins at 0.
     *
     * @param mostPerTick if more milliseconds than these are between two ticks, the rest was not awake
     */
    AwakeTime(long mostPerTick) {
        this.mostPerTick = mostPerTick;
    }

    /** A tick, by the clock of the coordinator. */
    void tick(long nowMillis) {
        if (hasBegun) {
            millis += Math.min(nowMillis - tickedAt, mostPerTick);
        }
        hasBegun = true;
        tickedAt = nowMillis;
    }

    /** {@return how much of it has passed up to the last tick, in milliseconds} */
    long millis() {
        return millis;
    }
}
