package dev.maintainer.core.journal;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Maps with comparable keys, in the order of the keys. */
final class MapShape implements Shape {
    private final Shape key;
    private final Shape value;

    MapShape(Shape key, Shape value) {
        this.key = key;
        this.value = value;
    }

    private static Map<?, ?> ordered(Object map) {
        return map instanceof SortedMap<?, ?> sorted ? sorted : new TreeMap<>((Map<?, ?>) map);
    }

    @Override
    public void write(RecordWriter out, @Nullable Object map) {
        if (map == null) {
            out.writeCount(0);
            return;
        }
        Map<?, ?> all = ordered(map);
        out.writeCount(all.size() + 1L);
        for (Map.Entry<?, ?> entry : all.entrySet()) {
            key.write(out, entry.getKey());
            value.write(out, entry.getValue());
        }
    }

    @Override
    public @Nullable Object read(RecordReader in) {
        long size = in.readCount() - 1;
        if (size == -1) {
            return null;
        }
        in.checkLength(size);
        TreeMap<Object, Object> all = new TreeMap<>();
        in.enter();
        for (long i = 0; i < size; i++) {
            Object name = key.read(in);
            Object content = value.read(in);
            if (name == null || content == null) {
                throw in.bad("an entry that is null");
            }
            all.put(name, content);
        }
        in.leave();
        return all;
    }

    @Override
    public long digest(long hash, @Nullable Object map) {
        if (map == null) {
            return Hashing.mix(hash, -1);
        }
        Map<?, ?> all = ordered(map);
        long mixed = Hashing.mix(hash, all.size());
        for (Map.Entry<?, ?> entry : all.entrySet()) {
            mixed = value.digest(key.digest(mixed, entry.getKey()), entry.getValue());
        }
        return mixed;
    }

    @Override
    public void visit(Object map, Consumer<Object> visitor) {
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) map).entrySet()) {
            key.visit(entry.getKey(), visitor);
            value.visit(entry.getValue(), visitor);
        }
    }
}
