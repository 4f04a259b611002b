package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What people have changed by way of this node: a line of JSON before the change and one after it, in {@code audit.log}. Full
 * files are kept as {@code audit.log.1} to {@code .7}. Sources, sinks and their options are not written: they may have secrets.
 * Thread-safe; writes block.
 */
final class ChangeAudit {
    private static final Logger LOG = LoggerFactory.getLogger("dev.maintainer.audit");
    private static final int KEPT = 7;
    private static final int MOST_STRANGERS = 100;

    private final Path directory;
    private final InstantSource clock;
    private final long fileBytes;
    private int strangers;

    /** @param fileBytes how long a file may become before the next one is begun, roughly */
    ChangeAudit(Path directory, InstantSource clock, long fileBytes) {
        this.directory = directory;
        this.clock = clock;
        this.fileBytes = fileBytes;
    }

    /**
     * Before a change.
     *
     * @throws MaintainerException if it cannot be written down; the change is not made then
     */
    synchronized void begin(ApiRequest request) throws MaintainerException {
        try {
            write(line(request, "begun"));
        } catch (IOException | RuntimeException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "the change cannot be written down in " + directory + ", so it is not made: " + e
                            + "; make room or mend the directory, and ask again",
                    e);
        }
    }

    /** After a change, or what was to be one. */
    synchronized void end(ApiRequest request, ApiAnswer answer) {
        ObjectNode line = line(request, answer.status() / 100 == 2 ? "done" : "refused");
        line.put("status", answer.status());
        line.put("message", Printable.line(answer.body().path("message").asText()));
        writeAnyway(line);
    }

    /** Somebody has asked for what they may not have. Bounded: anybody can knock, and shall not be able to fill the disk. */
    synchronized void stranger(String method, String path, int status) {
        if (strangers >= MOST_STRANGERS) {
            return;
        }
        strangers++;
        ObjectNode line = line(method, path, "stranger");
        line.put("status", status);
        if (strangers == MOST_STRANGERS) {
            line.put("message", "more of them are not written down");
        }
        writeAnyway(line);
    }

    private ObjectNode line(ApiRequest request, String outcome) {
        ObjectNode line = line(request.method(), request.path(), outcome);
        line.put("principal", request.principal());
        line.put("forwarded", request.forwarded());
        for (String field : new String[] {"name", "node"}) {
            if (request.body().has(field)) {
                line.put(field, Printable.line(request.body().path(field).asText()));
            }
        }
        if (request.idempotencyKey() != null) {
            line.put("idempotencyKey", request.idempotencyKey());
        }
        return line;
    }

    private ObjectNode line(String method, String path, String outcome) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", clock.instant().toString());
        line.put("outcome", outcome);
        line.put("method", Printable.line(method));
        line.put("path", Printable.line(path));
        return line;
    }

    private void writeAnyway(ObjectNode line) {
        try {
            write(line);
        } catch (IOException e) {
            LOG.error("the audit log in {} cannot be written: {}", directory, e.toString());
        }
    }

    private void write(ObjectNode line) throws IOException {
        LOG.info("{}", line);
        Path file = directory.resolve("audit.log");
        Files.createDirectories(directory);
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.size(file) >= fileBytes) {
            for (int i = KEPT; i > 0; i--) {
                Path from = i == 1 ? file : directory.resolve("audit.log." + (i - 1));
                if (Files.exists(from, LinkOption.NOFOLLOW_LINKS)) {
                    Files.move(from, directory.resolve("audit.log." + i), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        try (var out = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        }
    }
}
