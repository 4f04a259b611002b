package dev.maintainer.transport.grpc.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.WireFormat;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import java.io.IOException;

/**
 * Counts the parts of a message before anything is made of them: two bytes are enough for a part that takes fifty in
 * memory. Not thread-safe; for one message.
 */
final class PartLimit {
    private final int most;
    private int parts;

    PartLimit(int most) {
        this.most = most;
    }

    void check(CodedInputStream in, Descriptor type) throws IOException {
        int tag = in.readTag();
        while (tag != 0) {
            FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
            if (field == null || WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                count(1);
                in.skipField(tag);
            } else {
                delimited(in, field);
            }
            tag = in.readTag();
        }
    }

    private void delimited(CodedInputStream in, FieldDescriptor field) throws IOException {
        int length = in.readRawVarint32();
        if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
            count(1);
            int outer = in.pushLimit(length);
            check(in, field.getMessageType());
            in.popLimit(outer);
        } else {
            // Each byte of packed numbers may be one of them.
            count(field.isPackable() ? length : 1);
            in.skipRawBytes(length);
        }
    }

    private void count(int more) {
        if (more > most - parts) {
            throw new WireException(Reason.TOO_LARGE, "a message of more than " + most + " parts");
        }
        parts += more;
    }
}
