package dev.maintainer.cluster.zookeeper.record;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.maintainer.api.text.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Records for people: JSON with the names of the schema, on one line. */
public final class RecordJson {
    private RecordJson() {}

    /**
     * {@return a record as JSON; fields that this release does not know are listed by their numbers}
     *
     * @param bytes of the record
     * @throws RecordException if it is none
     */
    public static String of(byte[] bytes) {
        return object(RecordCodec.parse(bytes));
    }

    private static String object(Message message) {
        List<String> parts = new ArrayList<>();
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            parts.add(Printable.quoted(field.getKey().getName()) + ": " + value(field.getValue()));
        }
        if (!message.getUnknownFields().asMap().isEmpty()) {
            parts.add(
                    "\"unknown_fields\": " + message.getUnknownFields().asMap().keySet());
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private static String value(Object value) {
        if (value instanceof List<?> list) {
            return "[" + String.join(", ", list.stream().map(RecordJson::value).toList()) + "]";
        }
        if (value instanceof Message message) {
            return object(message);
        }
        if (value instanceof EnumValueDescriptor constant) {
            return Printable.quoted(constant.getName());
        }
        return value instanceof String text ? Printable.quoted(text) : String.valueOf(value);
    }
}
