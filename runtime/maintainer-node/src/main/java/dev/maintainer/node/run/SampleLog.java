package dev.maintainer.node.run;

import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/** The change log that comes with the program; {@code sample.txt} beside it says where it is from. */
public final class SampleLog {
    private static final String NAME = "sample.ndjson.gz";

    private SampleLog() {}

    /** Reads it, without sync points. */
    public static ChangeLog read() {
        return read(0);
    }

    /**
     * Reads it.
     *
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     */
    public static ChangeLog read(long syncPointInterval) {
        try (InputStream in = compressed()) {
            return ChangeLogReader.read(NAME, in, syncPointInterval);
        } catch (IOException e) {
            throw new IllegalStateException("the sample log cannot be read", e);
        }
    }

    /** The lines of its file. */
    public static InputStream open() throws IOException {
        return new GZIPInputStream(compressed());
    }

    private static InputStream compressed() {
        InputStream in = SampleLog.class.getResourceAsStream(NAME);
        if (in == null) {
            throw new IllegalStateException("the sample log is not in the jar");
        }
        return in;
    }
}
