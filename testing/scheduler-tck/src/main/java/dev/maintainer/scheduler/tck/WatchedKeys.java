package dev.maintainer.scheduler.tck;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A configuration that knows which keys somebody has asked it for. */
final class WatchedKeys extends TreeMap<String, String> {
    private static final long serialVersionUID = 1L;

    private final transient SortedSet<String> asked = new TreeSet<>();
    private transient boolean readAsAWhole;

    WatchedKeys(SortedMap<String, String> configuration) {
        configuration.forEach(super::put);
    }

    SortedSet<String> asked() {
        return asked;
    }

    /** Whether all values were taken at once, so that nobody can tell which of them matter. */
    boolean isReadAsAWhole() {
        return readAsAWhole;
    }

    @Override
    public @Nullable String get(Object key) {
        asked.add(String.valueOf(key));
        return super.get(key);
    }

    @Override
    public String getOrDefault(Object key, String defaultValue) {
        String value = get(key);
        return value == null ? defaultValue : value;
    }

    @Override
    public boolean containsKey(Object key) {
        asked.add(String.valueOf(key));
        return super.containsKey(key);
    }

    @Override
    public @Nullable String remove(Object key) {
        asked.add(String.valueOf(key));
        return super.remove(key);
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        readAsAWhole = true;
        return super.entrySet();
    }

    @Override
    public Set<String> keySet() {
        readAsAWhole = true;
        return super.keySet();
    }

    @Override
    public SortedMap<String, String> tailMap(String from) {
        readAsAWhole = true;
        return super.tailMap(from);
    }

    @Override
    public SortedMap<String, String> subMap(String from, String to) {
        readAsAWhole = true;
        return super.subMap(from, to);
    }

    @Override
    public Collection<String> values() {
        readAsAWhole = true;
        return super.values();
    }

    @Override
    public void forEach(BiConsumer<? super String, ? super String> action) {
        readAsAWhole = true;
        super.forEach(action);
    }
}
