package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.journal.EffectDigest;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordedInput;
import dev.maintainer.core.journal.Replay;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The first inputs of one host and what they led to, to be lived through a second time. */
final class Recording {
    private static final int MOST_INPUTS = 20_000;

    private final JournalHeader header;
    private final RecordCodec codec;
    private final EffectDigest digest;
    private final List<RecordedInput> inputs = new ArrayList<>();

    Recording(NodeId node, MaintainerConfig config, RecordCodec codec, long nowMillis) {
        this.header = new JournalHeader(node, config, "balance", new TreeMap<>(), "simulated", nowMillis, nowMillis);
        this.codec = codec;
        this.digest = new EffectDigest(codec);
    }

    void sent(NodeId to, Message message) {
        digest.sent(to, message);
    }

    void tablesRequested(ChangefeedId changefeed, long ts) {
        digest.tablesRequested(changefeed, ts);
    }

    void planRequested(PlanRequest request) {
        digest.planRequested(request);
    }

    void planningDropped(ChangefeedId changefeed, MaintainerEpoch epoch) {
        digest.planningDropped(changefeed, epoch);
    }

    void handled(HostInput input, Disposition disposition, long nowMillis) {
        if (inputs.size() < MOST_INPUTS) {
            inputs.add(new RecordedInput(
                    inputs.size() + 1L, nowMillis, input, disposition, null, digest.count(), digest.hash()));
        }
        digest.clear();
    }

    /** A host made anew takes the same inputs, and must do the same. */
    void replay() {
        Replay replay = new Replay(header, codec);
        for (RecordedInput input : inputs) {
            Replay.Step step = replay.next(input);
            if (!step.isIdentical()) {
                throw new Violation(
                        Invariant.REPLAYABLE, "host " + header.node() + " did something else the second time: " + step);
            }
        }
    }
}
