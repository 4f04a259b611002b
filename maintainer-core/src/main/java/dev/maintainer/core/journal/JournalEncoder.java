package dev.maintainer.core.journal;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.core.HostInput;
import org.jspecify.annotations.Nullable;

/**
 * Writes a journal: a header, then entries. Between any two of them the caller may take the bytes from the writer and
 * clear it: that is a portion, which can be read only after those before it. Used by one thread.
 */
public final class JournalEncoder {
    private final RecordWriter out;
    private long lastMillis;
    private long entries;

    /** Nothing is written yet. */
    public JournalEncoder(RecordWriter out) {
        this.out = out;
    }

    /** Writes the header. Called once, before all entries. */
    public void header(JournalHeader header) {
        out.write(JournalHeader.class, header);
        lastMillis = header.startMillis();
    }

    /** Writes an entry; see {@link RecordedInput} for the parts. */
    public void entry(
            long nowMillis,
            HostInput input,
            @Nullable Disposition disposition,
            @Nullable String failure,
            int effects,
            long effectHash) {
        out.writeLong(nowMillis - lastMillis);
        lastMillis = nowMillis;
        out.write(HostInput.class, input);
        out.write(Disposition.class, disposition);
        if (disposition == null) {
            out.writeText(failure);
        }
        out.writeLong(effects);
        if (effects > 0) {
            out.writeFixed(effectHash);
        }
        entries++;
    }

    /** How many entries were written. */
    public long entries() {
        return entries;
    }
}
