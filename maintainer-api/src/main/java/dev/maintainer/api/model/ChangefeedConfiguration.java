package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What users have said of a changefeed besides its name: where it reads, where it writes, and how. It travels with the
 * changefeed, from the metadata to whoever creates dispatchers; the control plane carries it and does not read it.
 *
 * @param settings by key, for example {@code source} and {@code sink}; empty where the node knows them by itself
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record ChangefeedConfiguration(SortedMap<String, String> settings) {
    /** How many bytes keys and values may have together, as UTF-8. */
    public static final int MAX_BYTES = 64 * 1024;

    /** Nothing was said. */
    public static final ChangefeedConfiguration NONE = new ChangefeedConfiguration(Collections.emptySortedMap());

    /**
     * Copies the map.
     *
     * @param settings by key; a key has at least one character
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if a key is empty, or there are more than
     *     {@link #MAX_BYTES}
     */
    public ChangefeedConfiguration {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        long bytes = 0;
        for (var setting : settings.entrySet()) {
            if (setting.getKey().isBlank()) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "a setting of the changefeed has no key; its value is '" + Printable.line(setting.getValue())
                                + "'");
            }
            bytes += setting.getKey().getBytes(StandardCharsets.UTF_8).length;
            bytes += setting.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (bytes > MAX_BYTES) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the settings of the changefeed have " + bytes + " bytes, and may have " + MAX_BYTES
                            + "; move large ones into files and name the files");
        }
    }
}
