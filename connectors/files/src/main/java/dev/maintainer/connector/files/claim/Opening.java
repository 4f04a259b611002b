package dev.maintainer.connector.files.claim;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A claim that this process has made, and the log that it writes under it. One thread writes at a time. */
public final class Opening {
    private final SegmentName name;
    private final Claim claim;
    private final Runnable closing;
    private volatile boolean over;
    private volatile Extent written = Extent.NONE;
    private SharedFiles.@Nullable Log log;

    Opening(SegmentName name, Claim claim, Runnable closing) {
        this.name = name;
        this.claim = claim;
        this.closing = closing;
    }

    /** Its files. */
    public SegmentName name() {
        return name;
    }

    Claim claim() {
        return claim;
    }

    /** What was forced. */
    public Extent written() {
        return written;
    }

    /** Whether nothing that it writes from now on is reported. */
    public boolean isOver() {
        return over;
    }

    void end() {
        over = true;
    }

    /** Nothing is being written when this returns, nor will be. */
    void close() {
        over = true;
        closing.run();
    }

    /** Appends lines, durably; the first of the log is the claim. */
    void append(SharedFiles files, String lines) throws IOException {
        SharedFiles.Log known = log;
        if (known == null) {
            known = files.create(name.file(SegmentName.LOG));
            log = known;
            known.append(claim.toText() + "\n" + lines);
            files.force(SegmentName.directory(name.table()));
            files.force(SegmentName.SEGMENTS);
        } else {
            known.append(lines);
        }
        written = known.extent();
    }
}
