package com.example.pinned;

import dev.maintainer.architecture.PluginRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PinnedTablesArchitectureTest {
    PinnedTablesArchitectureTest() {}

    @TestFactory
    Stream<DynamicTest> rules() {
        return PluginRules.of("com.example.pinned").tests();
    }
}
