package dev.maintainer.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Collections;
import java.util.Set;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every request that wants a change, whatever came of it: one line of JSON each, and one line in the log. Lines are only
 * added; a file that was taken away is begun anew. Thread-safe.
 */
final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger("dev.maintainer.audit");

    /** Anybody on this machine can knock, and shall not be able to fill the disk. */
    private static final int MOST_STRANGERS = 100;

    private final Path file;
    private int strangers;

    AuditLog(Path file) {
        this.file = file;
    }

    /** A change that cannot be written down is not begun. */
    synchronized void check() {
        write("");
    }

    /** It was carried out, with this answer. */
    synchronized void done(AdminVerb verb, SortedMap<String, String> arguments, Object answer) {
        String message = answer instanceof SchedulingView.Request request
                ? request.message()
                : answer instanceof SchedulingView.Proposal proposal
                        ? "plan " + proposal.id() + " of " + proposal.scheduler() + " was made"
                        : answer instanceof BarrierRequest decision ? decision.message() : "";
        note(verb.path(), arguments, "done", "", message);
    }

    /** It was understood and not carried out. */
    synchronized void refused(AdminVerb verb, SortedMap<String, String> arguments, MaintainerException refusal) {
        note(verb.path(), arguments, "refused", refusal.code().code(), String.valueOf(refusal.getMessage()));
    }

    /** Nobody knows whether it was carried out. */
    synchronized void failed(AdminVerb verb, SortedMap<String, String> arguments, RuntimeException failure) {
        note(verb.path(), arguments, "failed", "", failure.toString());
    }

    /** Somebody without the token, or with a page of elsewhere, wanted it. */
    synchronized void stranger(AdminVerb verb, MaintainerException refusal) {
        strangers++;
        if (strangers < MOST_STRANGERS) {
            refused(verb, Collections.emptySortedMap(), refusal);
        } else if (strangers == MOST_STRANGERS) {
            note(
                    verb.path(),
                    Collections.emptySortedMap(),
                    "refused",
                    ErrorCode.NOT_ALLOWED.code(),
                    "this is the " + MOST_STRANGERS + "th request without the token; more are not written down");
        }
    }

    private void note(String verb, SortedMap<String, String> arguments, String outcome, String code, String message) {
        ObjectNode line = JsonNodeFactory.instance.objectNode();
        line.put("time", Instant.now().toString()).put("verb", verb);
        ObjectNode given = line.putObject("arguments");
        arguments.forEach(given::put);
        line.put("outcome", outcome).put("code", code).put("message", message);
        LOG.info("{} {}: {} {}", verb, given, outcome, message);
        write(line + "\n");
    }

    private void write(String text) {
        try (SeekableByteChannel out = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS),
                AdminDirectory.OWN_FILE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.REQUEST_REFUSED,
                    "the audit log " + file + " cannot be written: " + e
                            + "; no changes are taken until it can be written",
                    e);
        }
    }
}
