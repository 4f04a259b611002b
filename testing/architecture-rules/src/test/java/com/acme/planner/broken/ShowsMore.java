package com.acme.planner.broken;

/** P11. */
public final class ShowsMore {
    private ShowsMore() {}

    /** Public within public. */
    public record Weight(int value) {}

    /** Nobody else can see it. */
    record Hidden(int value) {}
}
