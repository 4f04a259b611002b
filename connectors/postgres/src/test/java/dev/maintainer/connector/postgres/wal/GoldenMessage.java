package dev.maintainer.connector.postgres.wal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;

/** A message that PostgreSQL 18.6 has sent. */
final class GoldenMessage {
    private final String text;
    private final Framing framing;
    private final byte[] bytes;

    private GoldenMessage(String text, Framing framing, byte[] bytes) {
        this.text = text;
        this.framing = framing;
        this.bytes = bytes;
    }

    /** What it says, as {@link MessageText} has it. */
    String text() {
        return text;
    }

    Framing framing() {
        return framing;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    static List<GoldenMessage> all() {
        try (InputStream in = Objects.requireNonNull(GoldenMessage.class.getResourceAsStream("pgoutput-18.txt"))) {
            List<String> lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<GoldenMessage> messages = new ArrayList<>();
            for (int i = 0; i < lines.size(); i += 2) {
                String[] parts = lines.get(i + 1).split(" ", 2);
                messages.add(new GoldenMessage(
                        lines.get(i).substring("# ".length()),
                        Framing.valueOf(parts[0]),
                        HexFormat.of().parseHex(parts[1])));
            }
            return messages;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
