package dev.maintainer.node.run;

import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import java.io.IOException;
import java.io.InputStream;

/** The change log that comes with the program; {@code sample.txt} beside it says where it is from. */
public final class SampleLog {
    private SampleLog() {}

    /** Reads it. */
    public static ChangeLog read() {
        try (InputStream in = SampleLog.class.getResourceAsStream("sample.ndjson.gz")) {
            if (in == null) {
                throw new IllegalStateException("the sample log is not in the jar");
            }
            return ChangeLogReader.read("sample.ndjson.gz", in);
        } catch (IOException e) {
            throw new IllegalStateException("the sample log cannot be read", e);
        }
    }
}
