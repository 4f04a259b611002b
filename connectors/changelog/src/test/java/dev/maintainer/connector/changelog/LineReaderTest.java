package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maintainer.replication.file.LineReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineReaderTest {
    @TempDir
    private Path temporary;

    /** Gives a few bytes at a time, as pipes do. */
    private static final class Trickle extends InputStream {
        private final InputStream in;
        private final SplittableRandom random;

        Trickle(byte[] bytes, SplittableRandom random) {
            this.in = new ByteArrayInputStream(bytes);
            this.random = random;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return in.read(into, offset, Math.min(length, 1 + random.nextInt(50_000)));
        }
    }

    @Test
    @DisplayName("Lines are those that were written, however long they are and however the bytes arrive")
    void lines() throws IOException {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<String> written = new ArrayList<>();
            StringBuilder text = new StringBuilder();
            int count = random.nextInt(8);
            for (int i = 0; i < count; i++) {
                String line = "é\ud83d\ude00x".repeat(random.nextInt(random.nextInt(10) == 0 ? 60_000 : 20));
                written.add(line);
                // The last line may have no end, unless it would then be none.
                boolean open = i == count - 1 && !line.isEmpty() && random.nextBoolean();
                text.append(line).append(open ? "" : random.nextBoolean() ? "\n" : "\r\n");
            }
            LineReader reader = new LineReader(new Trickle(text.toString().getBytes(StandardCharsets.UTF_8), random));

            List<String> read = new ArrayList<>();
            for (String line = reader.next(); line != null; line = reader.next()) {
                read.add(line);
                assertThat(reader.line()).isEqualTo(read.size());
            }

            assertThat(read).as("seed %s", seed).isEqualTo(written);
            assertThat(reader.line()).isEqualTo(read.size());
        }
    }

    @Test
    @DisplayName("A line without an end does not fill the memory")
    void endless() {
        assertThatThrownBy(() -> new LineReader(new Repeated(Long.MAX_VALUE)).next())
                .hasMessageContaining("longer than 64 MiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    @DisplayName("A line may have 64 MiB, whatever its end is, and not one byte more")
    void longest(String end) throws IOException {
        assertThat(new LineReader(line(LineReader.LIMIT, end)).next()).hasSize(LineReader.LIMIT);
        LineReader longer = new LineReader(line(LineReader.LIMIT + 1L, end));
        assertThatThrownBy(longer::next).isInstanceOf(LineReader.TooLongException.class);
        assertThat(longer.line()).isEqualTo(1);
    }

    private static InputStream line(long length, String end) {
        return new SequenceInputStream(
                new Repeated(length), new ByteArrayInputStream(end.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    @DisplayName("A pipe is read as a file is, packed or not")
    void pipe() throws Exception {
        Path pipe = temporary.resolve("pipe");
        Process made;
        try {
            made = new ProcessBuilder("mkfifo", pipe.toString()).start();
        } catch (IOException e) {
            assumeTrue(false, "this system has no named pipes");
            return;
        }
        assumeTrue(made.waitFor() == 0, "no named pipe can be made here");
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = Files.newOutputStream(pipe)) {
                out.write("one\ntwo\n".repeat(50_000).getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });

        try (InputStream in = Gzip.open(pipe)) {
            LineReader reader = new LineReader(in);
            int count = 0;
            while (reader.next() != null) {
                count++;
            }
            assertThat(count).isEqualTo(100_000);
        }
        writer.join();
    }
}
