package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.Set;

/** How much of each log counts, as somebody sees it who has not written it. Thread-safe. */
public final class CountedLogs {
    private final SharedFiles files;

    /** For a sink. */
    public CountedLogs(SharedFiles files) {
        this.files = files;
    }

    /**
     * What counts of a log now. It may become more until the log is sealed. It becomes less only if the log could not be forced: what
     * was not reported of it comes again in another one.
     *
     * @return empty while the claim is being superseded; ask again
     */
    public Optional<Extent> of(SegmentName name) throws IOException {
        Optional<Extent> sealed = sealed(name);
        if (sealed.isPresent()) {
            return sealed;
        }
        Extent measured = files.measure(name.file(SegmentName.LOG));
        // A seal is measured after its note was left. So what was measured without a note is not more than any seal.
        return isNoted(name) ? sealed(name) : sealed(name).or(() -> Optional.of(measured));
    }

    /** The seal of a log; empty without one, or if a crash has torn it, and the log then stays as it is. */
    public Optional<Extent> sealed(SegmentName name) throws IOException {
        try {
            return Seal.parse(files.read(name.file(SegmentName.SEAL))).map(Seal::extent);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    private boolean isNoted(SegmentName name) throws IOException {
        try {
            Claim claim = Claim.parse(files.read(name.file(SegmentName.CLAIM)).strip());
            Set<String> notes = files.listFresh(Claims.SUPERSEDED + "/" + claim.process());
            return notes.contains(name.note());
        } catch (NoSuchFileException | IllegalArgumentException e) {
            // Nobody writes to it any more.
            return false;
        }
    }
}
