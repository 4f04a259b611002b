package dev.maintainer.core.host;

import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The last statuses of maintainers that have closed, kept and repeated until the coordinator has acknowledged them. */
final class FinalStatuses {
    private record Key(ChangefeedId changefeed, MaintainerEpoch epoch) implements Comparable<Key> {
        @Override
        public int compareTo(Key other) {
            int byChangefeed = changefeed.compareTo(other.changefeed);
            return byChangefeed != 0 ? byChangefeed : epoch.compareTo(other.epoch);
        }
    }

    private final TreeMap<Key, MaintainerStatus> unacknowledged = new TreeMap<>();
    /** The newest epoch that has closed here: an add of it or an older one is a late duplicate. */
    private final TreeMap<ChangefeedId, MaintainerEpoch> newestClosed = new TreeMap<>();

    void keep(MaintainerStatus status) {
        unacknowledged.put(new Key(status.changefeed(), status.epoch()), status);
        rejectUpTo(status.changefeed(), status.epoch());
    }

    /** Notes that nothing with this or an older epoch may start here any more. */
    void rejectUpTo(ChangefeedId changefeed, MaintainerEpoch epoch) {
        newestClosed.merge(changefeed, epoch, (a, b) -> a.isNewerThan(b) ? a : b);
    }

    @Nullable
    MaintainerStatus of(ChangefeedId changefeed, MaintainerEpoch epoch) {
        return unacknowledged.get(new Key(changefeed, epoch));
    }

    boolean acknowledge(ChangefeedId changefeed, MaintainerEpoch epoch) {
        return unacknowledged.remove(new Key(changefeed, epoch)) != null;
    }

    /** Whether a maintainer with this or a newer epoch has closed here. */
    boolean hasClosed(ChangefeedId changefeed, MaintainerEpoch epoch) {
        MaintainerEpoch closed = newestClosed.get(changefeed);
        return closed != null && !epoch.isNewerThan(closed);
    }

    List<MaintainerStatus> all() {
        return new ArrayList<>(unacknowledged.values());
    }
}
