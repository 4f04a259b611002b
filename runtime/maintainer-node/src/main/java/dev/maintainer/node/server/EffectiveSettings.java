package dev.maintainer.node.server;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The settings that count, and those that the configuration has by now and that count after the next start. Immutable.
 *
 * @param inEffect all that count, by key
 * @param afterRestart others that were said since, by key; empty for one that was there and is not said any more
 */
record EffectiveSettings(SortedMap<String, String> inEffect, SortedMap<String, String> afterRestart) {
    EffectiveSettings {
        inEffect = Collections.unmodifiableSortedMap(new TreeMap<>(inEffect));
        afterRestart = Collections.unmodifiableSortedMap(new TreeMap<>(afterRestart));
    }

    /** Those of a start. */
    static EffectiveSettings of(SortedMap<String, String> settings) {
        return new EffectiveSettings(settings, Collections.emptySortedMap());
    }

    /** What counts when the configuration was read again and has these. */
    EffectiveSettings reread(SortedMap<String, String> settings) {
        SortedMap<String, String> counting = new TreeMap<>(inEffect);
        SortedMap<String, String> waiting = new TreeMap<>();
        SortedSet<String> keys = new TreeSet<>(inEffect.keySet());
        keys.addAll(settings.keySet());
        for (String key : keys) {
            String said = settings.get(key);
            if (ServerSetting.countsAtOnce(key)) {
                if (said == null) {
                    counting.remove(key);
                } else {
                    counting.put(key, said);
                }
            } else if (said == null || !said.equals(inEffect.get(key))) {
                waiting.put(key, said == null ? "" : said);
            }
        }
        return new EffectiveSettings(counting, waiting);
    }

    /** The keys whose values differ from those of another one, and count. */
    SortedSet<String> changedSince(EffectiveSettings before) {
        SortedSet<String> keys = new TreeSet<>(inEffect.keySet());
        keys.addAll(before.inEffect.keySet());
        keys.removeIf(key -> String.valueOf(inEffect.get(key)).equals(String.valueOf(before.inEffect.get(key))));
        return keys;
    }
}
