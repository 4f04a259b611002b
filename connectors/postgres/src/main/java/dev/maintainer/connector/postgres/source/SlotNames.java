package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.reader.SlotName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The names of the slots of a changefeed: one for each node that reads it. They begin alike, and so that those of another
 * changefeed do not, a digest of its name is in it: slots allow fewer characters than names.
 *
 * @param prefix with which the slots of the changefeed begin, and no others
 */
record SlotNames(String prefix) {
    private static final int NAME_CHARACTERS = 18;
    private static final int NODE_CHARACTERS = 12;
    private static final int DIGEST_BYTES = 4;

    /**
     * Those of a changefeed.
     *
     * @param beginning of the names
     * @param changefeed its name
     */
    static SlotNames of(String beginning, String changefeed) {
        return new SlotNames(beginning + "_" + readable(changefeed, NAME_CHARACTERS) + "_" + digest(changefeed) + "_");
    }

    SlotName ofNode(String node) {
        return new SlotName(prefix + readable(node, NODE_CHARACTERS) + "_" + digest(node));
    }

    private static String readable(String name, int most) {
        String allowed = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
        return allowed.substring(0, Math.min(most, allowed.length()));
    }

    private static String digest(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
