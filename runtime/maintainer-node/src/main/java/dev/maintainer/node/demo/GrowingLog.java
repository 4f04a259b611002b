package dev.maintainer.node.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A change log that is written while it is read: the events of a finished one, a part after the other, each with a line that says
 * how far all is there. A part ends between two commit times.
 */
final class GrowingLog {
    private static final Pattern COMMIT_TS = Pattern.compile("\"commitTs\"\\s*:\\s*(\\d+)");

    private final List<String> lines;
    private final Path file;
    private int written;
    private long resolved;

    private GrowingLog(List<String> lines, Path file) {
        this.lines = lines;
        this.file = file;
    }

    /** The events of a log that is complete, for a file that does not exist. */
    static GrowingLog of(InputStream complete, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(complete, StandardCharsets.UTF_8))) {
            String line;
            while ((line = in.readLine()) != null) {
                if (COMMIT_TS.matcher(line).find()) {
                    lines.add(line);
                }
            }
        }
        return new GrowingLog(lines, file);
    }

    int size() {
        return lines.size();
    }

    int written() {
        return written;
    }

    /** Everything up to this is in the file; 0 before the first part. */
    long resolvedTs() {
        return resolved;
    }

    boolean isComplete() {
        return written == lines.size();
    }

    /** Writes at least so many more events, as far as there are some. */
    void grow(int events) throws IOException {
        if (isComplete()) {
            return;
        }
        try (Writer out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            int wanted = Math.min(lines.size(), written + events);
            long last = resolved;
            while (written < lines.size() && (written < wanted || commitTs(lines.get(written)) == last)) {
                last = commitTs(lines.get(written));
                out.write(lines.get(written));
                out.write('\n');
                written++;
            }
            out.write("{\"type\":\"resolved\",\"ts\":" + last + "}\n");
            resolved = last;
        }
    }

    private static long commitTs(String line) {
        Matcher matcher = COMMIT_TS.matcher(line);
        if (!matcher.find()) {
            throw new IllegalStateException("a line without commitTs: " + line);
        }
        return Long.parseLong(matcher.group(1));
    }
}
