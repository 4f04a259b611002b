package dev.maintainer.cluster.zookeeper.record;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Fields that a later release has written, and this one does not know. */
final class UnknownFields {
    /** By which the parts of a list are told apart; the rules of the records say so. */
    private static final int KEY = 1;

    private UnknownFields() {}

    /** Whether {@link #carry} would find any. */
    static boolean areIn(Message message) {
        return !message.getUnknownFields().asMap().isEmpty()
                || parts(message).stream()
                        .flatMap(part -> partsOf(message, part).stream())
                        .anyMatch(UnknownFields::areIn);
    }

    /**
     * A rewritten message with the unknown fields of what it replaces, if it has no other value for them. What is not there
     * any more takes its own along.
     */
    static <M extends Message> M carry(M from, M to) {
        Message.Builder builder = to.toBuilder();
        UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder(to.getUnknownFields());
        from.getUnknownFields().asMap().forEach((number, field) -> {
            if (!to.getUnknownFields().hasField(number)) {
                unknown.addField(number, field);
            }
        });
        builder.setUnknownFields(unknown.build());
        for (FieldDescriptor part : parts(to)) {
            if (part.isRepeated()) {
                builder.setField(part, carryList(partsOf(from, part), partsOf(to, part)));
            } else if (from.hasField(part)) {
                builder.setField(part, carry((Message) from.getField(part), (Message) to.getField(part)));
            }
        }
        @SuppressWarnings("unchecked") // The builder of a message builds messages of its type.
        M carried = (M) builder.build();
        return carried;
    }

    private static List<Message> carryList(List<Message> from, List<Message> to) {
        Map<Object, Message> former = new HashMap<>();
        from.stream().filter(UnknownFields::areIn).forEach(part -> former.put(keyOf(part), part));
        List<Message> carried = new ArrayList<>(to.size());
        for (Message part : to) {
            Message same = former.get(keyOf(part));
            carried.add(same == null ? part : carry(same, part));
        }
        return carried;
    }

    private static Object keyOf(Message part) {
        return part.getField(part.getDescriptorForType().findFieldByNumber(KEY));
    }

    /** Those of a list, or the one of a field. */
    private static List<Message> partsOf(Message message, FieldDescriptor field) {
        if (!field.isRepeated()) {
            return List.of((Message) message.getField(field));
        }
        List<Message> parts = new ArrayList<>();
        for (Object part : (List<?>) message.getField(field)) {
            parts.add((Message) part);
        }
        return parts;
    }

    private static Collection<FieldDescriptor> parts(Message message) {
        List<FieldDescriptor> set = List.copyOf(message.getAllFields().keySet());
        return set.stream()
                .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
                .toList();
    }
}
