package com.example.pinned;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * How many spans each node should have: all the same, but for those with more that cannot leave. What is left over goes to
 * the nodes with the most spans, so that steps of a plan that are under way change no share.
 */
final class Shares {
    private final SchedulingSnapshot snapshot;
    private final List<Slot> keeping = new ArrayList<>();
    private final List<Slot> emptied = new ArrayList<>();

    Shares(SchedulingSnapshot snapshot, Collection<Slot> slots) {
        this.snapshot = snapshot;
        for (Slot slot : slots) {
            if (slot.eligible()) {
                keeping.add(slot);
            } else if (slot.isEmptied()) {
                emptied.add(slot);
            }
        }
    }

    void set() {
        int rest = 0;
        for (Slot slot : emptied) {
            int running = 0;
            for (GroupId group : snapshot.groups()) {
                running += snapshot.replicatingCount(group, slot.id());
            }
            slot.movable(running);
            slot.share(slot.immovable());
            rest += slot.movable();
        }
        for (Slot slot : keeping) {
            slot.movable(snapshot.replicatingCount(GroupId.DEFAULT, slot.id()));
            rest += slot.load();
        }
        keeping.sort(Comparator.comparingInt((Slot slot) -> -slot.immovable()).thenComparing(Slot::id));
        int from = 0;
        while (from < keeping.size() && keeping.get(from).immovable() > rest / (keeping.size() - from)) {
            Slot full = keeping.get(from++);
            full.share(full.immovable());
            rest -= full.immovable();
        }
        List<Slot> others = new ArrayList<>(keeping.subList(from, keeping.size()));
        others.sort(Slot.LEAST_LOADED_FIRST.reversed());
        for (int i = 0; i < others.size(); i++) {
            others.get(i).share(rest / others.size() + (i < rest % others.size() ? 1 : 0));
        }
    }

    /** Nodes that have something to give: first those that shall be empty. */
    List<Slot> givers(boolean even) {
        List<Slot> givers = new ArrayList<>(emptied);
        if (even) {
            keeping.stream()
                    .filter(slot -> slot.surplus() > 0)
                    .sorted(Slot.LEAST_LOADED_FIRST.reversed())
                    .forEach(givers::add);
        }
        return givers;
    }

    /** The node that gets the next span; null if none is open that should have more. */
    Slot taker() {
        return keeping.stream()
                .filter(slot -> slot.isOpen() && slot.surplus() < 0)
                .min(Slot.LEAST_LOADED_FIRST)
                .orElse(null);
    }
}
