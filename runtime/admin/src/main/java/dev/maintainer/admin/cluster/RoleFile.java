package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with a line {@code WHO ROLE} for each who has a role. It is read again when it has changed; a file that cannot be read any
 * more leaves what was read before. Thread-safe.
 */
final class RoleFile {
    private static final Logger LOG = LoggerFactory.getLogger(RoleFile.class);

    /** What stands before a role. */
    @FunctionalInterface
    interface Form {
        /** Under what it is found; an IOException says what it is not. */
        String read(String who) throws IOException;
    }

    private record Known(FileTime changed, Map<String, ApiRole> roles) {}

    private final String setting;
    private final Path file;
    private final String form;
    private final Form who;
    private volatile Known known;
    private volatile boolean unreadable;

    /**
     * Reads it.
     *
     * @param setting names it, for errors
     * @param form of a line, for errors
     * @param who reads what stands before the role
     * @throws MaintainerException if the file cannot be used
     */
    RoleFile(String setting, Path file, String form, Form who) throws MaintainerException {
        this.setting = setting;
        this.file = file;
        this.form = form;
        this.who = who;
        try {
            this.known = read();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    setting + " " + file + " cannot be read: " + FileProblem.of(e) + "; each line is '" + form + "'",
                    e);
        }
    }

    private Known read() throws IOException {
        FileTime changed = Files.getLastModifiedTime(file);
        Map<String, ApiRole> roles = new LinkedHashMap<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            String bare = line.strip();
            if (!bare.isEmpty() && !bare.startsWith("#")) {
                add(bare, number, roles);
            }
        }
        return new Known(changed, Collections.unmodifiableMap(roles));
    }

    private void add(String line, int number, Map<String, ApiRole> roles) throws IOException {
        int end = Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
        if (end < 0) {
            throw new IOException("line " + number + " is not '" + form + "'");
        }
        String found;
        try {
            found = who.read(line.substring(0, end).strip());
        } catch (IOException e) {
            throw new IOException("line " + number + " is not '" + form + "': " + e.getMessage(), e);
        }
        try {
            roles.put(found, ApiRole.valueOf(line.substring(end + 1).toUpperCase(Locale.ROOT)));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "line " + number + " has no role viewer, operator or admin, but "
                            + Printable.quoted(line.substring(end + 1)),
                    e);
        }
    }

    /** The roles by who has them, as the file has them now. */
    Map<String, ApiRole> roles() {
        refresh();
        return known.roles;
    }

    /** Reads the file again, whether it seems to have changed or not; a file with a mistake changes nothing. */
    void reload() {
        try {
            known = read();
            unreadable = false;
            LOG.info("{} {} was read again: {} roles", setting, file, known.roles.size());
        } catch (IOException e) {
            LOG.warn("{} {} cannot be used, those who were known stay known: {}", setting, file, e.getMessage());
        }
    }

    private void refresh() {
        try {
            if (!Files.getLastModifiedTime(file).equals(known.changed)) {
                known = read();
                unreadable = false;
                LOG.info("{} {} was read again: {} roles", setting, file, known.roles.size());
            }
        } catch (IOException e) {
            // It is looked at for every request, and told once.
            if (!unreadable) {
                unreadable = true;
                LOG.warn("{} {} cannot be read again, so nothing has changed: {}", setting, file, e.getMessage());
            }
        }
    }
}
