package dev.maintainer.connector.postgres.source;

/**
 * Where a source is read from when it is opened. Pure.
 *
 * @param neededTs what was committed later has to come: nobody asks for what was before
 * @param goesOn whether what is stored goes on from there
 * @param startTs what was committed up to here is stored, or not asked for
 * @param readFromTs where the log is read from, a position that it had itself; at most {@code startTs}
 * @param confirmedTs up to which the source may forget, likewise
 */
record ReadStart(long neededTs, boolean goesOn, long startTs, long readFromTs, long confirmedTs) {
    /**
     * Chooses.
     *
     * @param beganTs where the changefeed began
     * @param historyAfter a durable checkpoint; 0 if there is none
     * @param confirmedTs up to which the slot was confirmed
     * @param storedAfterTs where the store begins; 0 if it has nothing
     * @param storedTs up to where it is complete; 0 if it has nothing
     */
    static ReadStart of(long beganTs, long historyAfter, long confirmedTs, long storedAfterTs, long storedTs) {
        long neededTs = Math.max(confirmedTs, Math.max(historyAfter, beganTs));
        boolean goesOn = storedTs >= neededTs && storedAfterTs <= neededTs;
        long startTs = goesOn ? storedTs : neededTs;
        // Where it began may be within a commit; what was read since is not.
        long readFromTs = goesOn && startTs > storedAfterTs ? startTs : Math.min(confirmedTs, startTs);
        return new ReadStart(neededTs, goesOn, startTs, readFromTs, Math.min(confirmedTs, readFromTs));
    }
}
