package dev.maintainer.transport.grpc.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.DiscardUnknownFieldsParser;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import dev.maintainer.api.message.Message;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import dev.maintainer.transport.grpc.wire.proto.Messages;
import java.io.IOException;
import java.util.Locale;

/**
 * Messages as bytes, and back. What is decoded equals what was encoded, but for half surrogate pairs in texts for people.
 * Fields that this release does not know are ignored; kinds and constants that it does not know are refused.
 *
 * <p>Stateless, so for any thread. No lane should do this work: a snapshot of a large worker takes a while.
 *
 * @since 0.1.0
 */
public final class WireCodec {
    /** The most bytes that a message may have. */
    public static final int MAX_BYTES = 128 << 20;
    /** Fields, entries of lists, and the like: a snapshot of half a million dispatchers has as many. */
    private static final int MAX_PARTS = 8 << 20;
    /** No smaller message can take up much memory, whatever it is made of. */
    private static final int COUNTED_FROM_BYTES = 1 << 20;
    /** Deeper than any message; lower than what protobuf permits. */
    private static final int MAX_DEPTH = 16;

    private static final Parser<Messages.WireMessage> PARSER =
            DiscardUnknownFieldsParser.wrap(Messages.WireMessage.parser());

    private WireCodec() {}

    /**
     * Encodes a message.
     *
     * @param message any message
     * @return its bytes, at most {@link #MAX_BYTES}
     * @throws WireException if a name in it has half a surrogate pair, or if it is too large
     */
    public static byte[] encode(Message message) throws WireException {
        Messages.WireMessage wire = MessageWriter.message(message);
        int size = wire.getSerializedSize();
        // The sum may overflow.
        if (size < 0 || size > MAX_BYTES) {
            throw new WireException(Reason.TOO_LARGE, "a " + message.kind() + " of more than " + MAX_BYTES + " bytes");
        }
        return wire.toByteArray();
    }

    /**
     * Decodes a message.
     *
     * @param bytes what has come
     * @return the message
     * @throws WireException if it is none that this release understands
     */
    public static Message decode(byte[] bytes) throws WireException {
        if (bytes.length > MAX_BYTES) {
            throw new WireException(Reason.TOO_LARGE, "a message of " + bytes.length + " bytes");
        }
        Messages.WireMessage wire = parse(bytes);
        try {
            return MessageReader.message(wire);
        } catch (WireException e) {
            throw e;
        } catch (RuntimeException e) {
            // Constructors of records refuse what no message can have, each in its own way.
            throw new WireException(Reason.INVALID, kindOf(wire) + " that cannot be: " + e.getMessage(), e);
        }
    }

    private static Messages.WireMessage parse(byte[] bytes) {
        try {
            if (bytes.length >= COUNTED_FROM_BYTES) {
                new PartLimit(MAX_PARTS)
                        .check(CodedInputStream.newInstance(bytes), Messages.WireMessage.getDescriptor());
            }
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            in.setRecursionLimit(MAX_DEPTH);
            Messages.WireMessage wire = PARSER.parseFrom(in);
            in.checkLastTagWas(0);
            return wire;
        } catch (InvalidProtocolBufferException e) {
            throw new WireException(Reason.MALFORMED, "bytes that are no message: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IllegalStateException("an array cannot fail to be read", e);
        }
    }

    private static String kindOf(Messages.WireMessage wire) {
        return "a " + wire.getKindCase().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
