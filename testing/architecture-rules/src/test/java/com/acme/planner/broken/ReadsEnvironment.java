package com.acme.planner.broken;

import java.util.Locale;
import java.util.function.UnaryOperator;

/** P6. */
final class ReadsEnvironment {
    UnaryOperator<String> property() {
        return System::getProperty;
    }

    int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    Locale locale() {
        return Locale.getDefault();
    }

    void exit() {
        System.exit(1);
    }
}
