package dev.maintainer.core.journal;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.core.HostInput;
import java.util.ArrayList;
import java.util.List;

/** Reads, in portions, what a {@link JournalEncoder} wrote. Used by one thread. */
public final class JournalDecoder {
    private final RecordReader in;
    private long lastMillis;
    private long entries;

    /** Nothing is read yet. */
    public JournalDecoder(RecordCodec codec) {
        codec.checkEncodable(JournalHeader.class);
        codec.checkEncodable(HostInput.class);
        codec.checkEncodable(Disposition.class);
        this.in = codec.reader();
    }

    /** Reads the header: a portion of its own. */
    public JournalHeader header(byte[] portion, int size) throws MaintainerException {
        in.continueWith(portion, size);
        JournalHeader header = in.read(JournalHeader.class);
        if (header == null || in.hasMore()) {
            throw in.bad("no header");
        }
        lastMillis = header.startMillis();
        return header;
    }

    /** Reads the entries of the next portion. */
    public List<RecordedInput> entries(byte[] portion, int size) throws MaintainerException {
        in.continueWith(portion, size);
        List<RecordedInput> read = new ArrayList<>();
        while (in.hasMore()) {
            read.add(entry());
        }
        return read;
    }

    private RecordedInput entry() {
        lastMillis += in.readLong();
        HostInput input = in.read(HostInput.class);
        if (input == null) {
            throw in.bad("an entry without an input");
        }
        Disposition disposition = in.read(Disposition.class);
        String failure = disposition == null ? in.readText() : null;
        long effects = in.readLong();
        if (effects < 0 || effects > Integer.MAX_VALUE) {
            throw in.bad(effects + " effects");
        }
        long hash = effects == 0 ? 0 : in.readFixed();
        return new RecordedInput(++entries, lastMillis, input, disposition, failure, (int) effects, hash);
    }
}
