package dev.maintainer.core.journal;

import dev.maintainer.api.model.SpanBound;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Values that have no parts. */
enum ScalarShape implements Shape {
    TEXT {
        @Override
        public void write(RecordWriter out, @Nullable Object value) {
            out.writeText((String) value);
        }

        @Override
        public @Nullable Object read(RecordReader in) {
            return in.readText();
        }

        @Override
        public long digest(long hash, @Nullable Object value) {
            return value == null ? Hashing.mix(hash, -1) : Hashing.mix(hash, (String) value);
        }
    },

    /** A boxed long, int or boolean, as a component that may be null, or as an element. */
    BOXED_LONG {
        @Override
        public void write(RecordWriter out, @Nullable Object value) {
            writeNumber(out, (Long) value);
        }

        @Override
        public @Nullable Object read(RecordReader in) {
            return readNumber(in);
        }

        @Override
        public long digest(long hash, @Nullable Object value) {
            return digestNumber(hash, (Long) value);
        }
    },

    BOXED_INT {
        @Override
        public void write(RecordWriter out, @Nullable Object value) {
            writeNumber(out, value == null ? null : (long) (Integer) value);
        }

        @Override
        public @Nullable Object read(RecordReader in) {
            Long number = readNumber(in);
            if (number != null && number != number.intValue()) {
                throw in.bad("an int of " + number);
            }
            return number == null ? null : (Object) number.intValue();
        }

        @Override
        public long digest(long hash, @Nullable Object value) {
            return digestNumber(hash, value == null ? null : (long) (Integer) value);
        }
    },

    BOXED_BOOLEAN {
        @Override
        public void write(RecordWriter out, @Nullable Object value) {
            writeNumber(out, value == null ? null : (Boolean) value ? 1L : 0L);
        }

        @Override
        public @Nullable Object read(RecordReader in) {
            Long number = readNumber(in);
            if (number != null && (number < 0 || number > 1)) {
                throw in.bad("a truth of " + number);
            }
            return number == null ? null : (Object) (number == 1);
        }

        @Override
        public long digest(long hash, @Nullable Object value) {
            return digestNumber(hash, value == null ? null : (Boolean) value ? 1L : 0L);
        }
    },

    /** Shows its key only as a text, in which the two ends could be mistaken for keys. */
    BOUND {
        @Override
        public void write(RecordWriter out, @Nullable Object value) {
            int kind = kind(value);
            out.writeCount(kind);
            if (kind == KEY) {
                out.writeText(String.valueOf(value));
            }
        }

        @Override
        public @Nullable Object read(RecordReader in) {
            long kind = in.readCount();
            if (kind == KEY) {
                String key = in.readText();
                if (key == null || key.isEmpty()) {
                    throw in.bad("a bound without a key");
                }
                try {
                    return SpanBound.parse(key);
                } catch (IllegalArgumentException e) {
                    throw in.bad("a bound that is none: " + e.getMessage());
                }
            }
            if (kind < 0 || kind > KEY) {
                throw in.bad("a bound of kind " + kind);
            }
            return kind == 0 ? null : kind == LOWEST ? SpanBound.LOWEST : SpanBound.HIGHEST;
        }

        @Override
        public long digest(long hash, @Nullable Object value) {
            int kind = kind(value);
            long mixed = Hashing.mix(hash, kind);
            return kind == KEY ? Hashing.mix(mixed, String.valueOf(value)) : mixed;
        }
    };

    private static final int LOWEST = 1;
    private static final int KEY = 3;

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        visitor.accept(value);
    }

    private static int kind(@Nullable Object bound) {
        if (bound == null) {
            return 0;
        }
        return bound.equals(SpanBound.LOWEST) ? LOWEST : bound.equals(SpanBound.HIGHEST) ? 2 : KEY;
    }

    private static void writeNumber(RecordWriter out, @Nullable Long number) {
        out.writeCount(number == null ? 0 : 1);
        if (number != null) {
            out.writeLong(number);
        }
    }

    private static @Nullable Long readNumber(RecordReader in) {
        return in.readCount() == 0 ? null : (Long) in.readLong();
    }

    private static long digestNumber(long hash, @Nullable Long number) {
        return number == null ? Hashing.mix(hash, -1) : Hashing.mix(Hashing.mix(hash, 1), number);
    }
}
