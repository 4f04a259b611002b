package dev.maintainer.simulator.membership;

import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.Collections;

/** In one world of two some processes are of the next release, and in any order: upgraded, and taken back. */
public final class Releases {
    private static final int OLD = 1;
    private static final int NEW = 2;

    private final Timeline timeline;
    private final boolean mixed;

    /** Those of a world. */
    public Releases(Timeline timeline) {
        this.timeline = timeline;
        this.mixed = timeline.chanceOf("releases").nextBoolean();
    }

    /** What a process says of itself. */
    public NodeAttributes attributes(int number, String address) {
        boolean isOld = !mixed || timeline.chanceOf("release of " + number).nextInt(4) == 0;
        return new NodeAttributes(address, OLD, isOld ? OLD : NEW, Collections.emptySortedMap());
    }
}
