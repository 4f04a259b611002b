package dev.maintainer.connector.files;

import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.connector.files.claim.Extent;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A promise of a redo log.
 *
 * @param meta what is promised
 * @param catalog where it is written what each segment had then
 */
record RedoPromise(RedoMeta meta, Extent catalog) {
    private static final int WORDS = 5;

    /**
     * Reads what {@link #toText} has written.
     *
     * @throws IllegalArgumentException if it did not, or it was damaged
     */
    static RedoPromise parse(String text) {
        String content = text.strip();
        String[] words = content.split(" ", -1);
        if (words.length != WORDS) {
            throw new IllegalArgumentException("expected five numbers");
        }
        if (!words[4].equals(checksum(content.substring(0, content.lastIndexOf(' '))))) {
            throw new IllegalArgumentException("wrong checksum");
        }
        return new RedoPromise(
                new RedoMeta(Long.parseLong(words[0]), Long.parseLong(words[1])), Extent.parse(words[2], words[3]));
    }

    /** One line, whose last word is its checksum. */
    String toText() {
        String content = meta.checkpointTs() + " " + meta.resolvedTs() + " " + catalog;
        return content + " " + checksum(content);
    }

    private static String checksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }
}
