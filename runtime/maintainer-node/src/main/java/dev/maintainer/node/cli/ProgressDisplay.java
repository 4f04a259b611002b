package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.RunProgress;
import dev.maintainer.node.run.RunSnapshot;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows how far a run is: a few lines in place on a terminal, else a line every few seconds. Used by one thread. */
final class ProgressDisplay implements RunProgress, AutoCloseable {
    private static final long TERMINAL_MILLIS = 200;
    private static final long PLAIN_MILLIS = 3_000;
    private static final int BAR = 20;

    private final PrintWriter out;
    private final boolean terminal;
    private final int width;
    private long lastMillis;
    private int shown;

    ProgressDisplay(PrintWriter out, boolean terminal, int width) {
        this.out = out;
        this.terminal = terminal;
        this.width = width;
        this.lastMillis = now() - (terminal ? TERMINAL_MILLIS : 0);
    }

    /** A display for the present surroundings; the launcher says whether there is a terminal, and how wide it is. */
    static ProgressDisplay on(PrintWriter out) {
        return new ProgressDisplay(
                out,
                Boolean.getBoolean("maintainer.terminal"),
                Math.max(40, Integer.getInteger("maintainer.columns", 120)));
    }

    @Override
    public void show(RunSnapshot snapshot) {
        long now = now();
        if (now - lastMillis < (terminal ? TERMINAL_MILLIS : PLAIN_MILLIS)) {
            return;
        }
        lastMillis = now;
        if (terminal) {
            erase();
            List<String> parts = snapshot.parts();
            for (int i = 0; i < parts.size(); i++) {
                String line = i == 0 ? bar(snapshot.percent()) + ' ' + parts.get(i) : parts.get(i);
                out.println(line.substring(0, Math.min(line.length(), width - 1)));
            }
            shown = parts.size();
        } else {
            out.println(String.join(", ", snapshot.parts()));
        }
        out.flush();
    }

    /** A line that stays; what shows progress comes again below it. */
    @Override
    public void happened(String what) {
        erase();
        out.println(Printable.line(what));
        out.flush();
        if (terminal) {
            lastMillis = now() - TERMINAL_MILLIS;
        }
    }

    @Override
    public void close() {
        erase();
        out.flush();
    }

    private void erase() {
        out.print("\u001b[1A\u001b[2K".repeat(shown));
        shown = 0;
    }

    private static String bar(int percent) {
        int full = BAR * percent / 100;
        return String.format(Locale.ROOT, "[%s%s]", "#".repeat(full), ".".repeat(BAR - full));
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
