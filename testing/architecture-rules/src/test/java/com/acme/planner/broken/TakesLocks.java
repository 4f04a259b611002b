package com.acme.planner.broken;

/** P8. */
final class TakesLocks {
    private int rounds;

    synchronized int next() {
        return ++rounds;
    }
}
