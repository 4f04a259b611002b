package com.example.ring;

import dev.maintainer.architecture.PluginRules;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class RingArchitectureTest {
    RingArchitectureTest() {}

    @TestFactory
    Stream<DynamicTest> rules() {
        return PluginRules.of("com.example.ring").tests();
    }
}
