package dev.maintainer.core.journal;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Maps with comparable keys, in the order of the keys. */
final class MapShape extends SizedShape<Map<?, ?>> {
    private final Shape key;
    private final Shape value;

    MapShape(Shape key, Shape value) {
        this.key = key;
        this.value = value;
    }

    @Override
    Map<?, ?> ordered(Object map) {
        return map instanceof SortedMap<?, ?> sorted ? sorted : new TreeMap<>((Map<?, ?>) map);
    }

    @Override
    int size(Map<?, ?> ordered) {
        return ordered.size();
    }

    @Override
    void writeContent(RecordWriter out, Map<?, ?> ordered) {
        for (Map.Entry<?, ?> entry : ordered.entrySet()) {
            key.write(out, entry.getKey());
            value.write(out, entry.getValue());
        }
    }

    @Override
    Object readContent(RecordReader in, long size) {
        TreeMap<Object, Object> all = new TreeMap<>();
        for (long i = 0; i < size; i++) {
            Object name = key.read(in);
            Object content = value.read(in);
            if (name == null || content == null) {
                throw in.bad("an entry that is null");
            }
            all.put(name, content);
        }
        return all;
    }

    @Override
    long digestContent(long hash, Map<?, ?> ordered) {
        long mixed = hash;
        for (Map.Entry<?, ?> entry : ordered.entrySet()) {
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
