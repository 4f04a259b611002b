package dev.maintainer.simulator.seeded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** All bugs that are planted, in the order of the table. They are written down in the resources of this package. */
final class Bugs {
    private static final List<String> TEXTS = List.of(
            "removal",
            "progress",
            "rebuild",
            "operator",
            "division",
            "people",
            "planning",
            "worker",
            "coordinator",
            "redo",
            "limit",
            "changefeeds",
            "barrier",
            "world-changes",
            "membership",
            "cluster",
            "source",
            "dispatcher");
    private static final List<SeededBug> ALL = read();

    private Bugs() {}

    static List<SeededBug> all() {
        return ALL;
    }

    private static List<SeededBug> read() {
        BugReader reader = new BugReader();
        for (String name : TEXTS) {
            String file = name + ".bugs";
            try (InputStream text = Bugs.class.getResourceAsStream(file)) {
                if (text == null) {
                    throw new IllegalStateException("there is no " + file);
                }
                reader.read(file, new String(text.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return reader.bugs();
    }
}
