package com.acme.planner.broken;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** P7. */
final class KeepsState {
    static int round;
    static final int[] LOADS = {0, 0};
    static final AtomicInteger COUNTER = new AtomicInteger();
    static final List<String> SEEN = new ArrayList<>();
    static final ArrayList<String> CONCRETE = names();
    static final Counter OWN = new Counter();

    private static ArrayList<String> names() {
        return new ArrayList<>();
    }

    /** Changes. */
    static final class Counter {
        int value;
    }
}
