package dev.maintainer.connector.files.claim;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The epochs that were fenced for a changefeed, each a name in a directory. What this object knows only rises, and may be old.
 * Thread-safe.
 */
final class Epochs {
    /** Name of the directory with one directory for each changefeed. */
    static final String DIRECTORY = "epochs";

    private final SharedFiles files;
    private final String directory;
    private final String process;
    private final AtomicLong latest = new AtomicLong();

    Epochs(SharedFiles files, String changefeed, String process) throws IOException {
        this.files = files;
        this.directory = DIRECTORY + "/" + changefeed;
        this.process = process;
        glance();
    }

    /** The latest one that is known; 0 for none. */
    long latest() {
        return latest.get();
    }

    /** Looks at what is there now. */
    void look() throws IOException {
        raise(files.listFresh(directory));
    }

    /** Looks at what is there, or was a while ago. */
    void glance() throws IOException {
        raise(files.list(directory));
    }

    private void raise(Set<String> names) {
        for (String name : names) {
            OptionalLong number = SegmentName.seqOf(name, "");
            if (number.isPresent()) {
                latest.accumulateAndGet(number.getAsLong(), Math::max);
            }
        }
    }

    void refuseEarlier(long wanted) throws MaintainerException {
        long there = latest.get();
        if (wanted < there) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED,
                    "epoch " + wanted + " is older than the sink's, " + there + "; the present owner does it again");
        }
    }

    /** Adds one, durably, unless there is a later one. */
    void fence(long wanted) throws IOException, MaintainerException {
        files.makeDirectory(directory);
        look();
        refuseEarlier(wanted);
        if (latest.get() == wanted) {
            return;
        }
        files.link(directory + "/" + wanted, process + "\n", false);
        files.force(directory);
        files.force(DIRECTORY);
        look();
        refuseEarlier(wanted);
        for (String name : files.list(directory)) {
            OptionalLong number = SegmentName.seqOf(name, "");
            if (number.isPresent() && number.getAsLong() < wanted) {
                files.delete(directory + "/" + name);
            }
        }
    }
}
