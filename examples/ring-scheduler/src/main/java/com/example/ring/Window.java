package com.example.ring;

/**
 * How many spans a node or a zone may have and should have: its share of all spans by weight, more or less a tolerance.
 * The bound from above is that of Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016;
 * the one from below is ours, so that a node that joins gets something to do. Shares add up to all spans and are
 * rounded outwards, so all windows can be kept at once. Integers only.
 */
final class Window {
    private final long weight;
    private final long weights;
    private final long spans;
    private final long lower;
    private final long upper;
    private long load;

    Window(long weight, long weights, long spans, int tolerancePercent) {
        this.weight = weight;
        this.weights = weights;
        this.spans = spans;
        long parts = 100 * weights;
        this.lower = spans * weight * (100 - tolerancePercent) / parts;
        this.upper = (spans * weight * (100 + tolerancePercent) + parts - 1) / parts;
    }

    void add(int more) {
        load += more;
    }

    long weight() {
        return weight;
    }

    long load() {
        return load;
    }

    long upper() {
        return upper;
    }

    boolean isOver() {
        return load > upper;
    }

    boolean isUnder() {
        return load < lower;
    }

    /** Whether one more is still within the window. */
    boolean canTake() {
        return load < upper;
    }

    /** Whether one less is still within the window, or nearer to it. */
    boolean canGive() {
        return load > lower;
    }

    /** How many are missing. */
    long deficit() {
        return Math.max(0, lower - load);
    }

    /** How far the load is above the share; comparable between windows of one kind. */
    long surplus() {
        return load * weights - spans * weight;
    }

    /** For people. */
    @Override
    public String toString() {
        return load + " of " + lower + " to " + upper;
    }
}
