package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import dev.maintainer.membership.store.StoreCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A file with one line, {@code user:password}, that only its owner may read. */
public final class CredentialsFile {
    private static final Set<PosixFilePermission> OWNER =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private CredentialsFile() {}

    /**
     * {@return what is in the file}
     *
     * @param file where it is
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot be read, others may read it, or it has another
     *     form; the text has nothing of what is in it
     */
    public static StoreCredentials read(Path file) throws MaintainerException {
        List<String> lines;
        try {
            if (Files.getFileStore(file).supportsFileAttributeView("posix")
                    && !OWNER.containsAll(Files.getPosixFilePermissions(file))) {
                throw refused(file, "others than its owner may read it; chmod 600 it");
            }
            lines = Files.readAllLines(file).stream()
                    .filter(line -> !line.isBlank())
                    .toList();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the credentials in " + Printable.line(file.toString()) + " cannot be read: " + FileProblem.of(e),
                    e);
        }
        int colon = lines.size() == 1 ? lines.get(0).indexOf(':') : -1;
        if (colon < 1 || colon == lines.get(0).length() - 1) {
            throw refused(file, "it must have one line, user:password");
        }
        return new StoreCredentials(
                lines.get(0).substring(0, colon), lines.get(0).substring(colon + 1));
    }

    private static MaintainerException refused(Path file, String reason) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "the credentials in " + Printable.line(file.toString()) + " are not used: " + reason);
    }
}
