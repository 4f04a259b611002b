package dev.maintainer.runtime.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/**
 * A journal file: eight bytes that say what it is, then frames. A frame: kind (1 byte), plain size, packed size and
 * CRC32C of kind, sizes and content (4 bytes each, high byte first), then the deflated content.
 */
final class JournalFormat {
    /** Ends names of journal files. */
    static final String SUFFIX = ".journal";
    /** The last byte is the version of the format. */
    static final byte[] MAGIC = "MNTJRNL\u0001".getBytes(StandardCharsets.ISO_8859_1);

    static final int HEADER = 1;
    static final int ENTRIES = 2;
    /** The last word: why the journal ends. Missing if its writer died. */
    static final int END = 3;

    /** Kind, two sizes, checksum. */
    static final int FRAME_OVERHEAD = 13;
    /** More is not written, and not believed. A snapshot of a million dispatchers is smaller. */
    static final int LARGEST_FRAME = 128 << 20;

    private JournalFormat() {}

    static int checksum(int kind, int plain, int packed, byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(kind);
        crc.update(ByteBuffer.allocate(8).putInt(plain).putInt(packed).flip());
        crc.update(content, 0, packed);
        return (int) crc.getValue();
    }
}
