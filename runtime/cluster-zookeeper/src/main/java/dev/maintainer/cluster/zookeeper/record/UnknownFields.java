package dev.maintainer.cluster.zookeeper.record;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.Collection;
import java.util.List;

/** Fields that a later release has written, and this one does not know. */
final class UnknownFields {
    private UnknownFields() {}

    /** Whether {@link #carry} would find any. */
    static boolean areIn(Message message) {
        return !message.getUnknownFields().asMap().isEmpty()
                || parts(message).stream().anyMatch(part -> areIn((Message) message.getField(part)));
    }

    /**
     * A rewritten message with the unknown fields of what it replaces. What is in a list is not carried: its parts cannot
     * be told apart without knowing them.
     */
    static <M extends Message> M carry(M from, M to) {
        Message.Builder builder = to.toBuilder();
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder(to.getUnknownFields())
                .mergeFrom(from.getUnknownFields())
                .build();
        builder.setUnknownFields(unknown);
        for (FieldDescriptor part : parts(to)) {
            if (from.hasField(part)) {
                builder.setField(part, carry((Message) from.getField(part), (Message) to.getField(part)));
            }
        }
        @SuppressWarnings("unchecked") // The builder of a message builds messages of its type.
        M carried = (M) builder.build();
        return carried;
    }

    private static Collection<FieldDescriptor> parts(Message message) {
        List<FieldDescriptor> set = List.copyOf(message.getAllFields().keySet());
        return set.stream()
                .filter(field -> !field.isRepeated() && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .toList();
    }
}
