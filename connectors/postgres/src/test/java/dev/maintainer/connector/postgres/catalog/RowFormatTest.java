package dev.maintainer.connector.postgres.catalog;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static dev.maintainer.connector.postgres.catalog.Images.keyed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.json.StrictJson;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RowFormatTest {
    private static final List<String> PIECES = List.of(
            "", "a", "null", "\"", "\\", "\n", "\u0001", "{", "}", ",", ":", "é", "\ud83d\ude00", "\":null,\"", "id");
    private static final String LETTERS = "\"\\{}:,nul aid0\n";

    private final RowFormat format =
            new RowFormat(keyed("text", column(2, "a", "text"), column(3, "a\"b", "text"), column(4, "aa", "text")));

    private @Nullable String text(Random random) {
        if (random.nextInt(4) == 0) {
            return null;
        }
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private RowValues row(Random random) {
        RowValues.Builder values = new RowValues.Builder(4);
        for (int column = 0; column < 4; column++) {
            if (random.nextInt(4) > 0) {
                values.set(column, text(random));
            }
        }
        return values.build();
    }

    private Optional<String> read(String row) {
        try {
            return Optional.of(format.row(format.values(row)));
        } catch (MaintainerException e) {
            return Optional.empty();
        }
    }

    @Test
    @DisplayName("A row is the JSON that any writer makes of its texts")
    void anyJson() throws JsonProcessingException {
        Random random = new Random(11);
        for (int i = 0; i < 2000; i++) {
            RowValues values = row(random);
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            for (int column = 0; column < 4; column++) {
                if (values.isKnown(column)) {
                    node.put(format.sent().get(column).name(), values.text(column));
                }
            }
            assertThat(format.row(values)).isEqualTo(StrictJson.MAPPER.writeValueAsString(node));
        }
    }

    @Test
    @DisplayName("Half a surrogate pair, which no server has, is refused, however it is written")
    void halfPair() {
        for (String half : List.of("\\ud800", "\\udc00x", "\ud800", "\udc00")) {
            assertThat(read("{\"id\":\"" + half + "\"}")).isEmpty();
        }
        assertThat(read("{\"id\":\"\\ud83d\\ude00\"}")).contains("{\"id\":\"\ud83d\ude00\"}");
    }

    @Test
    @DisplayName("What was written is read back, also what has to be unescaped")
    void readsBack() {
        Random random = new Random(3);
        for (int i = 0; i < 2000; i++) {
            RowValues values = row(random);
            RowValues read = format.values(format.row(values));
            assertThat(read.knows(values.known())).isTrue();
            assertThat(read.isPartOf(values)).isTrue();
        }
    }

    @Test
    @DisplayName("Of any other text the same is read, or refused, as where it is read as any JSON is")
    void otherTexts() {
        Random random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder(format.row(row(random)));
            for (int changes = 1 + random.nextInt(2); changes > 0 && text.length() > 0; changes--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                    default -> text.setCharAt(at, LETTERS.charAt(random.nextInt(LETTERS.length())));
                }
            }
            // A blank is not as it is written.
            assertThat(read(text.toString())).as("%s", text).isEqualTo(read(" " + text));
        }
    }
}
