package dev.maintainer.simulator;

/**
 * What became of block events.
 *
 * @param executed events that were executed
 * @param executedAgain how often one was executed that had been before
 * @param handoffsCollecting handoffs that began while dispatchers were coming to an event
 * @param handoffsWriting handoffs that began while an event was being executed
 * @param refused how often the sink refused one
 * @param handoffsRefused handoffs that began while one was refused and nobody had decided
 * @param handoffsPassing handoffs that began while some had not gone on behind an event that was executed
 */
public record BarrierCounts(
        long executed,
        long executedAgain,
        long refused,
        long handoffsCollecting,
        long handoffsWriting,
        long handoffsRefused,
        long handoffsPassing) {
    /** Nothing yet. */
    public static final BarrierCounts NONE = new BarrierCounts(0, 0, 0, 0, 0, 0, 0);

    /** Both together. */
    public BarrierCounts plus(BarrierCounts other) {
        return new BarrierCounts(
                executed + other.executed,
                executedAgain + other.executedAgain,
                refused + other.refused,
                handoffsCollecting + other.handoffsCollecting,
                handoffsWriting + other.handoffsWriting,
                handoffsRefused + other.handoffsRefused,
                handoffsPassing + other.handoffsPassing);
    }
}
