package dev.maintainer.core.host;

import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.core.changefeed.ChangefeedMaintainer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When the coordinator hears how a maintainer is: of a checkpoint that has risen at a pace, of anything else that has
 * changed at the next tick, and of all of it now and then, in case a report got lost. What is due leaves in one report.
 */
final class StatusReports {
    private record Reported(MaintainerStatus status, long atMillis) {}

    private final long checkpointMillis;
    private final long statusMillis;
    private final Map<ChangefeedId, Reported> reported = new HashMap<>();
    /** In the order in which their checkpoints rose. */
    private final LinkedHashMap<ChangefeedId, ChangefeedMaintainer> risen = new LinkedHashMap<>();

    private long checkpointsAt = Long.MIN_VALUE / 2;

    /**
     * @param checkpointMillis the shortest time between two reports because checkpoints have risen
     * @param statusMillis the longest time between two reports of a maintainer
     */
    StatusReports(long checkpointMillis, long statusMillis) {
        this.checkpointMillis = checkpointMillis;
        this.statusMillis = statusMillis;
    }

    /** After an input of one maintainer: what is to be reported at once. */
    List<MaintainerStatus> dueAfterInput(ChangefeedMaintainer maintainer, long nowMillis) {
        Reported last = reported.get(maintainer.changefeed());
        if (last != null && maintainer.checkpointTs() > last.status().checkpointTs()) {
            risen.put(maintainer.changefeed(), maintainer);
        }
        if (risen.isEmpty() || nowMillis - checkpointsAt < checkpointMillis) {
            return List.of();
        }
        List<MaintainerStatus> due = new ArrayList<>(risen.size());
        risen.values().forEach(each -> due.add(report(each.status(), nowMillis)));
        checkpointsReported(nowMillis);
        return due;
    }

    /** At a tick: what is to be reported of these. Costs their number. */
    List<MaintainerStatus> dueAtTick(Collection<ChangefeedMaintainer> maintainers, long nowMillis) {
        boolean checkpointsDue = nowMillis - checkpointsAt >= checkpointMillis;
        List<MaintainerStatus> due = new ArrayList<>();
        for (ChangefeedMaintainer maintainer : maintainers) {
            MaintainerStatus status = maintainer.status();
            Reported last = reported.get(status.changefeed());
            if (last == null
                    || nowMillis - last.atMillis() >= statusMillis
                    || !status.equals(checkpointsDue ? last.status() : at(status.checkpointTs(), last.status()))) {
                due.add(report(status, nowMillis));
            }
        }
        if (checkpointsDue) {
            checkpointsReported(nowMillis);
        }
        return due;
    }

    private static MaintainerStatus at(long checkpointTs, MaintainerStatus status) {
        return new MaintainerStatus(
                status.changefeed(),
                status.epoch(),
                status.phase(),
                checkpointTs,
                status.membershipVersion(),
                status.scheduler(),
                status.drain(),
                status.suspects(),
                status.errors(),
                status.finalStatus());
    }

    private MaintainerStatus report(MaintainerStatus status, long nowMillis) {
        reported.put(status.changefeed(), new Reported(status, nowMillis));
        return status;
    }

    private void checkpointsReported(long nowMillis) {
        risen.clear();
        checkpointsAt = nowMillis;
    }

    /** A maintainer is gone. */
    void forget(ChangefeedId changefeed) {
        reported.remove(changefeed);
        risen.remove(changefeed);
    }
}
