package dev.maintainer.transport.grpc.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.wire.proto.Messages;
import dev.maintainer.transport.grpc.wire.proto.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The compiled schema beside the committed one, {@code schema.txt}: a line for each field and each constant. A field may be
 * removed if its number is reserved; then its line begins with {@code reserved}.
 */
class SchemaTest {
    private static final Path COMMITTED = Path.of("src/test/resources/schema.txt");
    private static final String RESERVED = "reserved ";

    private final Map<String, String> compiled = new TreeMap<>();
    private final List<Descriptor> types = new ArrayList<>();
    private final List<EnumDescriptor> enums = new ArrayList<>();

    SchemaTest() {
        for (FileDescriptor file :
                List.of(Model.getDescriptor(), Messages.getDescriptor(), Transport.getDescriptor())) {
            file.getMessageTypes().forEach(this::collect);
            file.getEnumTypes().forEach(this::collect);
        }
    }

    private void collect(Descriptor type) {
        types.add(type);
        for (FieldDescriptor field : type.getFields()) {
            compiled.put(field.getFullName(), line(field));
        }
        type.toProto().getReservedRangeList().forEach(range -> {
            for (int number = range.getStart(); number < range.getEnd(); number++) {
                compiled.put(type.getFullName() + "#" + number, RESERVED + type.getFullName() + " = " + number);
            }
        });
        type.getNestedTypes().forEach(this::collect);
        type.getEnumTypes().forEach(this::collect);
    }

    private void collect(EnumDescriptor type) {
        enums.add(type);
        for (EnumValueDescriptor value : type.getValues()) {
            String name = type.getFullName() + "." + value.getName();
            compiled.put(name, name + " = " + value.getNumber());
        }
    }

    private static String line(FieldDescriptor field) {
        String type = switch (field.getJavaType()) {
            case MESSAGE -> field.getMessageType().getFullName();
            case ENUM -> field.getEnumType().getFullName();
            case INT, LONG, FLOAT, DOUBLE, BOOLEAN, STRING, BYTE_STRING ->
                field.getType().name().toLowerCase(Locale.ROOT);
        };
        String label = field.isRepeated() ? "repeated " : field.hasPresence() ? "" : "implicit ";
        String oneof = field.getRealContainingOneof() == null
                ? ""
                : " in " + field.getRealContainingOneof().getName();
        return field.getFullName() + " = " + field.getNumber() + ": " + label + type + oneof;
    }

    @Test
    @DisplayName("no field and no constant is gone, has another number, or means something else")
    void compatible() throws IOException {
        List<String> committed = Files.readAllLines(COMMITTED);

        assertThat(compiled.values())
                .as("a line of %s that the schema no longer has: reserve the number, and say so there", COMMITTED)
                .containsAll(committed);
        assertThat(committed)
                .as("new in the schema: write it into %s", COMMITTED)
                .containsAll(compiled.values());
    }

    @Test
    @DisplayName("every single value has presence, so that a missing one is not taken for 0")
    void presence() {
        assertThat(types.stream().flatMap(type -> type.getFields().stream()))
                .allSatisfy(field -> assertThat(field.isRepeated()
                                || field.hasPresence()
                                || field.getJavaType() == FieldDescriptor.JavaType.ENUM)
                        .as(field.getFullName())
                        .isTrue())
                .allSatisfy(field ->
                        assertThat(field.isMapField()).as(field.getFullName()).isFalse());
    }

    @Test
    @DisplayName("every enum begins with a constant that nobody sends")
    void unspecified() {
        assertThat(enums).allSatisfy(type -> {
            EnumValueDescriptor first = type.getValues().get(0);
            assertThat(first.getNumber()).as(type.getFullName()).isZero();
            assertThat(first.getName()).endsWith("_UNSPECIFIED");
        });
    }
}
