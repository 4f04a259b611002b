package com.acme.planner.broken;

import com.google.common.collect.ImmutableList;
import dev.maintainer.architecture.RuleSet;
import org.junit.jupiter.api.DynamicTest;

/** P1: another module of ours, a library, and a test library in a signature. */
final class UsesCore {
    ImmutableList<String> library() {
        return ImmutableList.of();
    }

    void signature(DynamicTest test) {}

    /** A module of ours that is no contract. */
    record Rules(RuleSet rules) {}
}
