package com.acme.planner.broken;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** P5. */
final class DoesIo {
    Function<Path, Boolean> disk() {
        return Files::exists;
    }

    Consumer<String> console() {
        return System.out::println;
    }

    @Nullable
    InputStream resource() {
        return getClass().getResourceAsStream("weights.json");
    }

    void trace(IllegalStateException e) {
        e.printStackTrace();
    }
}
