package dev.maintainer.cluster.zookeeper.record;

import dev.maintainer.cluster.zookeeper.record.RecordException.Reason;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands before each record: two bytes that say that it is one, two bytes with its format, and four bytes with the
 * CRC32C of format and content.
 */
final class Envelope {
    static final int BYTES = 8;
    static final short FORMAT = 1;
    private static final short MAGIC = 0x4d52;

    private Envelope() {}

    static byte[] seal(byte[] content) {
        return ByteBuffer.allocate(BYTES + content.length)
                .putShort(MAGIC)
                .putShort(FORMAT)
                .putInt(checksum(FORMAT, content, 0))
                .put(content)
                .array();
    }

    /** The content. */
    static ByteBuffer open(byte[] sealed) {
        if (sealed.length < BYTES) {
            throw new RecordException(Reason.DAMAGED, sealed.length + " bytes are no record");
        }
        ByteBuffer buffer = ByteBuffer.wrap(sealed);
        if (buffer.getShort() != MAGIC) {
            throw new RecordException(Reason.DAMAGED, "not a record of this product");
        }
        short format = buffer.getShort();
        if (checksum(format, sealed, BYTES) != buffer.getInt()) {
            throw new RecordException(Reason.DAMAGED, "the checksum does not fit");
        }
        int unsigned = Short.toUnsignedInt(format);
        if (unsigned > FORMAT) {
            throw new RecordException(
                    Reason.NEWER_FORMAT,
                    "format " + unsigned + ", and this release reads formats up to " + FORMAT
                            + "; run the release that wrote it, or a later one");
        }
        if (unsigned == 0) {
            throw new RecordException(Reason.DAMAGED, "there is no format 0");
        }
        return buffer.slice();
    }

    private static int checksum(short format, byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(format >> 8);
        crc.update(format);
        crc.update(bytes, from, bytes.length - from);
        return (int) crc.getValue();
    }
}
