package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** As the leader somebody who writes metadata all the time: epochs rise, checkpoints advance, changefeeds come and go. */
final class MetadataWriter implements MemberProcess.Role {
    /** The first and the last share a record of progress. */
    private static final List<ChangefeedId> CHANGEFEEDS =
            List.of(new ChangefeedId("orders"), new ChangefeedId("users"), new ChangefeedId("orders22"));

    private final Timeline timeline;
    private final MembershipTruth truth;
    private final MemberProcess process;
    private final SplittableRandom random;
    private final Map<ChangefeedId, Versioned> known = new TreeMap<>();
    private final Map<Long, ChangefeedId> underWay = new TreeMap<>();
    private final Set<Long> advances = new HashSet<>();
    private boolean loaded;
    private long request;

    MetadataWriter(Timeline timeline, MembershipTruth truth, MemberProcess process) {
        this.timeline = timeline;
        this.truth = truth;
        this.process = process;
        this.random = process.random();
    }

    @Override
    public void tick() {
        ChangefeedRecords records = process.records();
        if (records == null || !loaded || random.nextInt(6) != 0) {
            return;
        }
        ChangefeedId changefeed = CHANGEFEEDS.get(random.nextInt(CHANGEFEEDS.size()));
        if (underWay.containsValue(changefeed)) {
            return;
        }
        Versioned now = known.get(changefeed);
        long number = ++request;
        underWay.put(number, changefeed);
        if (now != null && random.nextInt(10) == 0) {
            records.delete(now.version(), changefeed, number, process.nanos());
            return;
        }
        if (now != null && random.nextInt(3) != 0) {
            advances.add(number);
            long next = now.metadata().checkpointTs() + 1 + random.nextInt(5);
            records.compareAndSet(now.version(), now.metadata().withCheckpointTs(next), number, process.nanos());
            return;
        }
        ChangefeedMetadata next = now == null
                ? new ChangefeedMetadata(changefeed, new MaintainerEpoch(1), 1, DesiredState.RUN)
                : now.metadata()
                        .withEpoch(new MaintainerEpoch(now.metadata().epoch().value() + 1));
        records.compareAndSet(now == null ? 0 : now.version(), next, number, process.nanos());
    }

    @Override
    public ChangefeedRecords.Handler elected(LeaderTerm won) {
        loaded = false;
        known.clear();
        underWay.clear();
        advances.clear();
        timeline.in(
                1,
                () -> process.run(() -> {
                    ChangefeedRecords records = process.records();
                    if (records != null) {
                        records.load();
                    }
                }));
        return new Answers(won);
    }

    @Override
    public void deposed() {
        known.clear();
        underWay.clear();
    }

    /** What the leader hears of its writes. */
    private final class Answers implements ChangefeedRecords.Handler {
        private final LeaderTerm of;

        Answers(LeaderTerm of) {
            this.of = of;
        }

        @Override
        public void loaded(List<Versioned> all) {
            if (!loaded) {
                truth.loaded(of, all);
            }
            loaded = true;
            known.clear();
            all.forEach(each -> known.put(each.metadata().changefeed(), each));
        }

        @Override
        public void stored(long number, Optional<Versioned> stored) {
            ChangefeedId changefeed = underWay.remove(number);
            if (advances.remove(number)) {
                stored.ifPresent(truth::advanced);
            } else {
                truth.answered(process, of, number, stored.orElse(null));
            }
            if (changefeed != null) {
                stored.ifPresentOrElse(now -> known.put(changefeed, now), this::loadAgain);
            }
        }

        @Override
        public void deleted(long number, boolean deleted) {
            ChangefeedId changefeed = underWay.remove(number);
            if (changefeed != null && deleted) {
                known.remove(changefeed);
            } else {
                loadAgain();
            }
        }

        private void loadAgain() {
            ChangefeedRecords records = process.records();
            if (records != null) {
                records.load();
            }
        }
    }
}
