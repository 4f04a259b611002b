package dev.maintainer.replication.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SpoolTest {
    private static final int SEGMENT = 1_000;
    private static final int LONGEST = 3_000;

    /** What was put where; as text, of a byte each. */
    private record Part(long at, String text) {
        byte[] bytes() {
            return text.getBytes(StandardCharsets.ISO_8859_1);
        }
    }

    private static byte[] bytes(Random random) {
        byte[] bytes = new byte[1 + random.nextInt(random.nextInt(20) == 0 ? LONGEST : 200)];
        random.nextBytes(bytes);
        return bytes;
    }

    @Test
    @DisplayName("What was not let go is read as it was appended, and what was let go takes no room")
    void random() throws IOException {
        for (long seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            try (Spool spool = new Spool(random.nextInt(2 * SEGMENT), SEGMENT)) {
                List<Part> live = new ArrayList<>();
                for (int i = 0; i < 600; i++) {
                    if (live.isEmpty() || random.nextInt(3) > 0) {
                        byte[] bytes = bytes(random);
                        live.add(new Part(spool.append(bytes.clone()), new String(bytes, StandardCharsets.ISO_8859_1)));
                    } else {
                        // About as blocks are forgotten: the oldest first.
                        Part gone = live.remove(random.nextInt(Math.min(3, live.size())));
                        spool.release(gone.at(), gone.text().length());
                    }
                    Part any = live.isEmpty() ? new Part(0, "") : live.get(random.nextInt(live.size()));
                    if (any.text().length() > 0) {
                        assertThat(spool.read(any.at(), any.text().length()))
                                .as("seed %d, step %d", seed, i)
                                .isEqualTo(any.bytes());
                    }
                }
                for (Part each : live) {
                    spool.release(each.at(), each.text().length());
                }
                assertThat(spool.onDisk())
                        .as("seed %d: the segment that is written", seed)
                        .isLessThan(SEGMENT + LONGEST);
            }
        }
    }

    @Test
    @DisplayName("What was let go is not read as if it were something else")
    void released() throws IOException {
        try (Spool spool = new Spool(0, 10)) {
            long first = spool.append(new byte[10]);
            long second = spool.append(new byte[10]);
            spool.release(first, 10);

            assertThatThrownBy(() -> spool.read(first, 10)).hasMessageContaining("was let go");
            assertThat(spool.read(second, 10)).isEqualTo(new byte[10]);
            assertThat(spool.onDisk()).isEqualTo(10);
        }
    }

    @Test
    @DisplayName("A closed spool gives nothing and takes nothing")
    void closed() throws IOException {
        Spool spool = new Spool(0);
        long at = spool.append(new byte[] {1});
        spool.close();

        assertThatThrownBy(() -> spool.read(at, 1)).hasMessageContaining("closed");
        assertThatThrownBy(() -> spool.append(new byte[] {1})).hasMessageContaining("closed");
        spool.release(at, 1);
    }
}
