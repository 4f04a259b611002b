package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Message;
import dev.maintainer.core.journal.RecordCodec;
import dev.maintainer.core.journal.RecordReader;
import dev.maintainer.core.journal.RecordWriter;

/** Writes messages and reads them again, so that who receives one shares no object with who has sent it. */
final class Wire {
    private final RecordWriter writer;
    private final RecordReader reader;

    Wire(RecordCodec codec) {
        this.writer = codec.writer();
        this.reader = codec.reader();
    }

    /** The same message, made anew. */
    Message copy(Message message) {
        writer.clear();
        writer.write(Message.class, message);
        reader.continueWith(writer.array(), writer.size());
        Message copy = reader.read(Message.class);
        if (copy == null || reader.hasMore()) {
            throw new IllegalStateException("not read as it was written: " + message);
        }
        return copy;
    }
}
