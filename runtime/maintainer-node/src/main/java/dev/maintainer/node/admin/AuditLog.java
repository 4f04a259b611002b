package dev.maintainer.node.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every request that wants a change, whatever came of it: one line of JSON each, and one line in the log. */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.maintainer.audit");

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    /** @param code of the refusal; empty if it was carried out */
    synchronized void note(String verb, String arguments, String code, String outcome) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", Instant.now().toString()).put("verb", verb).put("arguments", arguments);
        line.put("done", code.isEmpty()).put("code", code).put("outcome", outcome);
        LOG.info("{} {}: {}", verb, arguments, code.isEmpty() ? "done" : "refused, " + outcome);
        try {
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            // A change that cannot be written down must not happen: the server answers with a failure.
            throw new UncheckedIOException("the audit log " + file + " cannot be written", e);
        }
    }
}
