package dev.maintainer.connector.files.claim;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a redo log promises, and under which owner that was said.
 *
 * @param epoch of the owner
 * @param checkpointTs up to where everything is durable in the sink; a TSO, 0 if nothing was promised yet
 * @param resolvedTs up to where everything is durable in the log; a TSO, 0 if nothing was promised yet
 */
public record Promise(long epoch, long checkpointTs, long resolvedTs) {
    private static final int WORDS = 4;

    /** Before there was an owner. */
    public static final Promise NONE = new Promise(0, 0, 0);

    /** The same and more, by the owner of an epoch. Neither of the times is less than before. */
    Promise raised(long by, long checkpoint, long resolved) {
        return new Promise(by, Math.max(checkpointTs, checkpoint), Math.max(resolvedTs, resolved));
    }

    /** Reads what {@link #toText} has written; empty if that was damaged. */
    static Optional<Promise> parse(String text) {
        String line = text.strip();
        String[] words = line.split(" ", -1);
        if (words.length != WORDS || !words[3].equals(checksum(line.substring(0, line.lastIndexOf(' '))))) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    new Promise(Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2])));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** One line, whose last word is its checksum. */
    String toText() {
        String content = epoch + " " + checkpointTs + " " + resolvedTs;
        return content + " " + checksum(content) + "\n";
    }

    private static String checksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.US_ASCII));
        return Long.toHexString(crc.getValue());
    }
}
