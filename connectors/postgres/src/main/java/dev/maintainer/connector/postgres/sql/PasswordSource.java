package dev.maintainer.connector.postgres.sql;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Where a password is: a file, or a variable of the environment. It is read for each new connection, so that it can be
 * changed while the process runs, and is kept nowhere. Immutable.
 */
public final class PasswordSource {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final @Nullable Path file;
    private final String variable;
    private final UnaryOperator<@Nullable String> environment;

    private PasswordSource(@Nullable Path file, String variable, UnaryOperator<@Nullable String> environment) {
        this.file = file;
        this.variable = variable;
        this.environment = environment;
    }

    /**
     * The first line of a file that only its owner can read.
     *
     * @param name of the file
     * @return where the password is
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if that cannot be the name of a file
     */
    static PasswordSource file(String name) throws MaintainerException {
        try {
            return new PasswordSource(Path.of(name), "", UnaryOperator.identity());
        } catch (InvalidPathException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "'" + Printable.line(name) + "' cannot be the name of a file with a password",
                    e);
        }
    }

    /**
     * A variable of the environment that somebody has named.
     *
     * @param variable its name
     * @param environment variables by name
     * @return where the password is
     */
    static PasswordSource variable(String variable, UnaryOperator<@Nullable String> environment) {
        return new PasswordSource(null, variable, name -> {
            String password = environment.apply(name);
            if (password == null) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "the environment variable '" + Printable.line(name)
                                + "' is to have the password, and is not set for this process");
            }
            return password;
        });
    }

    /**
     * A variable of the environment. If it is not set there is no password, or the one in the driver's {@code ~/.pgpass}.
     *
     * @param variable its name
     * @param environment variables by name
     * @return where the password is
     */
    static PasswordSource usually(String variable, UnaryOperator<@Nullable String> environment) {
        return new PasswordSource(null, variable, environment);
    }

    /**
     * Reads the password.
     *
     * @return the password; null if there is none
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if the file cannot be read, is empty, or can be read by
     *     others, or a variable that was named is not set
     */
    @Nullable
    String read() throws MaintainerException {
        return file == null ? environment.apply(variable) : read(file);
    }

    private static String read(Path file) {
        try {
            boolean guarded = !Files.getFileStore(file).supportsFileAttributeView("posix")
                    || Files.getPosixFilePermissions(file).stream().noneMatch(OTHERS::contains);
            if (!guarded) {
                throw unusable(file, "can be read by others than its owner; allow that to the owner alone (chmod 600)");
            }
            String password = Files.readString(file).lines().findFirst().orElse("");
            if (password.isEmpty()) {
                throw unusable(file, "has no first line");
            }
            return password;
        } catch (IOException e) {
            throw unusable(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static MaintainerException unusable(Path file, String why) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION, "the password file " + Printable.line(file.toString()) + " " + why);
    }

    /** Where it is, and never what it is. */
    @Override
    public String toString() {
        return file == null ? "environment variable " + variable : "file " + file;
    }
}
