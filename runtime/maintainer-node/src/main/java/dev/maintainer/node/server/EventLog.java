package dev.maintainer.node.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What has happened on a node, for whoever looks later: JSON lines, each with {@code nanoTime} and wall time. Whoever reports
 * never waits: a thread of its own writes. A disk that is full ends the log and not the node.
 */
final class EventLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final int QUEUE = 8_192;
    private static final long MOST_BYTES = 64L << 20;
    private static final String PRESENT = "events.jsonl";
    private static final String FORMER = "events.1.jsonl";

    private final Path directory;
    private final String node;
    private final ObjectMapper json = new ObjectMapper();
    private final BlockingQueue<Map<String, Object>> queue = new ArrayBlockingQueue<>(QUEUE);
    private final AtomicLong dropped = new AtomicLong();
    private final Thread writer;
    private volatile boolean ended;

    /** @param directory where {@code events.jsonl} is continued */
    EventLog(Path directory, String node) {
        this.directory = directory;
        this.node = node;
        this.writer = new Thread(this::write, node + "-events");
        writer.setDaemon(true);
        writer.start();
    }

    /** Something has happened; pairs of names and values say what. Null values are left out. */
    void add(String event, @Nullable Object... pairs) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("time", Instant.now().toString());
        line.put("nanoTime", System.nanoTime());
        line.put("node", node);
        line.put("event", event);
        for (int i = 0; i + 1 < pairs.length; i += 2) {
            Object value = pairs[i + 1];
            if (value != null) {
                line.put(
                        String.valueOf(pairs[i]),
                        value instanceof Number || value instanceof Boolean ? value : value.toString());
            }
        }
        if (!queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void write() {
        try {
            while (!ended || !queue.isEmpty()) {
                rotate();
                try (BufferedWriter out = Files.newBufferedWriter(
                        directory.resolve(PRESENT), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
                    append(out);
                }
            }
        } catch (IOException e) {
            LOG.error("events are not written down any more, the node goes on: {}", e.toString());
            ended = true;
        } catch (InterruptedException e) {
            ended = true;
        }
    }

    /** Until there is enough for a file, or the end. */
    private void append(BufferedWriter out) throws IOException, InterruptedException {
        long bytes = Files.size(directory.resolve(PRESENT));
        while (bytes < MOST_BYTES && (!ended || !queue.isEmpty())) {
            Map<String, Object> line = queue.poll(200, TimeUnit.MILLISECONDS);
            if (line == null) {
                continue;
            }
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                line.put("lostBefore", lost);
            }
            String text = text(line);
            out.write(text);
            out.newLine();
            bytes += text.length() + 1;
            if (queue.isEmpty()) {
                out.flush();
            }
        }
    }

    private String text(Map<String, Object> line) throws JsonProcessingException {
        return json.writeValueAsString(line);
    }

    private void rotate() throws IOException {
        Path present = directory.resolve(PRESENT);
        if (Files.exists(present) && Files.size(present) >= MOST_BYTES) {
            Files.move(present, directory.resolve(FORMER), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Writes what is there, and ends; waits for that two seconds at most. */
    @Override
    public void close() {
        ended = true;
        try {
            writer.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
