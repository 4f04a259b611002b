package com.acme.planner.broken;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** P7. */
final class KeepsState {
    static int round;
    static final int[] LOADS = {0, 0};
    static final AtomicInteger COUNTER = new AtomicInteger();
    static final List<String> SEEN = new ArrayList<>();
    static final PriorityQueue<String> CONCRETE = new PriorityQueue<>();
    static final Counter OWN = new Counter();

    /** Changes. */
    static final class Counter {
        int value;
    }
}
