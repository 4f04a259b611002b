package dev.maintainer.runtime.journal;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordedInput;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;

/**
 * Where a replay stops.
 *
 * @param entry the last entry that is lived through
 * @param wallMillis nothing that happened after this; in milliseconds since 1970
 */
public record ReplayEnd(long entry, long wallMillis) {
    /** At the end of the journal. */
    public static final ReplayEnd NEVER = new ReplayEnd(Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * Reads {@code ENTRY}, {@code HH:MM:SS}, {@code HH:MM:SS.mmm} or {@code +SECONDS}.
     *
     * @param firstWallMillis when the first of all journals begins; a time of day is the first one after it, in the zone
     *     of this machine
     */
    public static ReplayEnd parse(String text, long firstWallMillis) throws MaintainerException {
        try {
            if (text.startsWith("+")) {
                return new ReplayEnd(
                        Long.MAX_VALUE,
                        Math.addExact(firstWallMillis, Math.round(Double.parseDouble(text.substring(1)) * 1000)));
            }
            if (!text.contains(":")) {
                return new ReplayEnd(Long.parseLong(text), Long.MAX_VALUE);
            }
            ZonedDateTime first = Instant.ofEpochMilli(firstWallMillis).atZone(ZoneId.systemDefault());
            ZonedDateTime end = first.with(LocalTime.parse(text));
            ZonedDateTime later = end.isBefore(first) ? end.plusDays(1) : end;
            return new ReplayEnd(Long.MAX_VALUE, later.toInstant().toEpochMilli());
        } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "--until " + text + " is no entry (1234), time (HH:MM:SS.mmm) or number of seconds (+1.5)",
                    e);
        }
    }

    /** Whether an entry is behind the end. */
    public boolean isBefore(JournalHeader header, RecordedInput entry) {
        return entry.number() > this.entry || header.wallMillis(entry.nowMillis()) > wallMillis;
    }

    /** Whether the whole journal is asked for. */
    public boolean isNever() {
        return equals(NEVER);
    }
}
