package dev.maintainer.connector.postgres.sql;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.replication.ConnectorAddress;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which database, as whom, and how: what an address {@code postgresql://USER@HOST:PORT/DATABASE} and the settings beside it say.
 * Has no password.
 *
 * @param host name or address of the server
 * @param port of the server
 * @param database its name
 * @param user the role
 * @param password where its password is
 * @param sslMode as the driver names it
 * @param sslRootCert the file of the certificates that are trusted; null for the driver's default
 * @param connections how many connections there are at most, besides those of fences and readers
 */
public record ServerSettings(
        String host,
        int port,
        String database,
        String user,
        PasswordSource password,
        String sslMode,
        @Nullable String sslRootCert,
        int connections) {
    private static final Pattern FORM =
            Pattern.compile("//(?:([^/@]*)@)?(\\[[0-9a-fA-F:.]+\\]|[^/:@\\[\\]]+)(?::([0-9]{1,5}))?/([^/]+)");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127\\.[0-9.]+|\\[::1\\]");

    private static final String USER = "user";
    private static final String PASSWORD_FILE = "password-file";
    private static final String PASSWORD_ENV = "password-env";
    private static final String SSL_MODE = "sslmode";
    private static final String SSL_ROOT_CERT = "sslrootcert";
    private static final String CONNECTIONS = "connections";
    private static final Set<String> KEYS =
            new TreeSet<>(Set.of(USER, PASSWORD_FILE, PASSWORD_ENV, SSL_MODE, SSL_ROOT_CERT, CONNECTIONS));
    private static final Set<String> SSL_MODES =
            new TreeSet<>(Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full"));

    private static final int DEFAULT_PORT = 5432;
    private static final int HIGHEST_PORT = 65_535;
    private static final int DEFAULT_CONNECTIONS = 4;
    private static final int MOST_CONNECTIONS = 100;

    /**
     * Reads an address and the settings beside it.
     *
     * @param address the address
     * @param settings those of the address included, by key
     * @param environment variables by name
     * @return what they say
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used; never with a password in its text
     */
    public static ServerSettings of(
            ConnectorAddress address, SortedMap<String, String> settings, UnaryOperator<@Nullable String> environment)
            throws MaintainerException {
        refuseUnknown(settings);
        Matcher form = FORM.matcher(address.location());
        String userInfo = form.matches() ? form.group(1) : null;
        if (address.location().contains("@") && passwordIn(address.location())) {
            throw bad("the database " + address
                    + " has a password in it, which would be kept and shown with it; write it to a"
                    + " file that only you can read, and say password-file=FILE, or set " + defaultVariable());
        }
        if (!form.matches()) {
            throw bad("the database " + address
                    + " is no address of a database; write postgresql://USER@HOST:PORT/DATABASE");
        }
        String host = form.group(2);
        return new ServerSettings(
                host,
                port(form.group(3), address),
                form.group(4),
                user(userInfo, settings.get(USER), environment, address),
                password(settings, environment),
                sslMode(settings.get(SSL_MODE), host),
                settings.get(SSL_ROOT_CERT),
                connections(settings.get(CONNECTIONS)));
    }

    private static boolean passwordIn(String location) {
        String authority = location.startsWith("//") ? location.substring(2) : location;
        return authority.substring(0, authority.lastIndexOf('@')).contains(":");
    }

    private static String defaultVariable() {
        return "PGPASSWORD";
    }

    private static void refuseUnknown(SortedMap<String, String> settings) {
        for (String key : settings.keySet()) {
            if (key.equals("password")) {
                throw bad("a password is not given as a setting, which would be kept and shown; write it to a file that"
                        + " only you can read, and say password-file=FILE, or set " + defaultVariable());
            }
            if (!KEYS.contains(key)) {
                throw bad("postgresql has no setting '" + Printable.line(key) + "'" + NearestName.question(key, KEYS)
                        + "; there are " + String.join(", ", KEYS));
            }
        }
    }

    private static int port(@Nullable String text, ConnectorAddress address) {
        int port = text == null ? DEFAULT_PORT : Integer.parseInt(text);
        if (port < 1 || port > HIGHEST_PORT) {
            throw bad("port " + port + " of the database " + address + " is none; ports are 1 to " + HIGHEST_PORT);
        }
        return port;
    }

    private static String user(
            @Nullable String inAddress,
            @Nullable String setting,
            UnaryOperator<@Nullable String> environment,
            ConnectorAddress address) {
        if (inAddress != null && !inAddress.isEmpty() && setting != null) {
            throw bad("the database " + address + " names a user, and so does the setting '" + USER
                    + "'; keep one of them");
        }
        String user = inAddress != null && !inAddress.isEmpty()
                ? inAddress
                : setting != null ? setting : environment.apply("PGUSER");
        if (user == null || user.isEmpty()) {
            throw bad("the database " + address
                    + " names no user; write postgresql://USER@HOST:PORT/DATABASE, or set PGUSER");
        }
        return user;
    }

    private static PasswordSource password(
            SortedMap<String, String> settings, UnaryOperator<@Nullable String> environment) {
        String file = settings.get(PASSWORD_FILE);
        String variable = settings.get(PASSWORD_ENV);
        if (file != null && variable != null) {
            throw bad(PASSWORD_FILE + " and " + PASSWORD_ENV + " both say where the password is; keep one of them");
        }
        if (file != null) {
            return PasswordSource.file(file);
        }
        return variable != null
                ? PasswordSource.variable(variable, environment)
                : PasswordSource.usually(defaultVariable(), environment);
    }

    private static String sslMode(@Nullable String setting, String host) {
        if (setting == null) {
            return LOOPBACK.matcher(host).matches() ? "prefer" : "verify-full";
        }
        if (!SSL_MODES.contains(setting)) {
            throw bad("sslmode '" + Printable.line(setting) + "' is none; there are " + String.join(", ", SSL_MODES));
        }
        return setting;
    }

    private static int connections(@Nullable String setting) {
        if (setting == null) {
            return DEFAULT_CONNECTIONS;
        }
        if (setting.matches("[0-9]{1,3}")) {
            int connections = Integer.parseInt(setting);
            if (connections >= 1 && connections <= MOST_CONNECTIONS) {
                return connections;
            }
        }
        throw bad("connections '" + Printable.line(setting) + "' is not a number from 1 to " + MOST_CONNECTIONS);
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }

    /** {@return where it is, for people and to compare places} */
    public String place() {
        return "//" + host + ":" + port + "/" + database;
    }
}
