package dev.maintainer.cluster.distributed;

import java.time.Duration;

/**
 * An outage that is over.
 *
 * @param store which store, for people
 * @param silent for how long it has not answered; zero if only the lease had ended
 * @param held for how long writes were held; zero if they were not
 * @param untold how many outages before nobody was told of, because they came too soon after others
 */
public record StoreOutage(String store, Duration silent, Duration held, int untold) {
    /** {@return the same for people} */
    public String describe() {
        String end = silent.isZero() ? "the lease is renewed" : store + " answers again after " + seconds(silent);
        return end
                + (held.isZero() ? "; no write was held" : "; writes were held for " + seconds(held) + ", and go on")
                + (untold == 0 ? "" : "; of " + untold + " more outages in between nothing was said");
    }

    private static String seconds(Duration duration) {
        return duration.toSeconds() + "." + duration.toMillisPart() / 100 + " s";
    }
}
