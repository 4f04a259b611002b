package dev.maintainer.node.server;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was said of a node, and where: defaults, then the file, then the environment ({@code MAINTAINER_NODE__NAME} stands for
 * {@code node.name}), then the command line. What is unknown is refused with the place and the nearest name.
 */
final class Settings {
    private static final String ENVIRONMENT = "MAINTAINER_";

    /** A value, and where it was said. */
    record Said(String value, String place) {}

    private final SortedMap<String, Said> all = new TreeMap<>();

    private Settings() {}

    /**
     * Reads them.
     *
     * @param file TOML
     * @param environment of the process
     * @param overrides {@code KEY=VALUE} of the command line
     * @throws MaintainerException with {@code BAD_CONFIGURATION}
     */
    static Settings read(Path file, Map<String, String> environment, List<String> overrides) {
        Settings settings = new Settings();
        settings.takeFile(file);
        environment.forEach((name, value) -> {
            if (name.startsWith(ENVIRONMENT) && name.contains("__")) {
                String key =
                        name.substring(ENVIRONMENT.length()).replace("__", ".").toLowerCase(Locale.ROOT);
                settings.take(key, value, "environment variable " + name);
            }
        });
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals < 1) {
                throw refused("--set " + Printable.quoted(override) + " is not KEY=VALUE");
            }
            settings.take(override.substring(0, equals).strip(), override.substring(equals + 1), "--set");
        }
        return settings;
    }

    private void takeFile(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the configuration " + file + " cannot be read: " + FileProblem.of(e)
                            + "; name another with --config FILE",
                    e);
        }
        try {
            flatten("", new TomlMapper().readTree(text), text, file);
        } catch (JacksonException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    file + ", line "
                            + (e.getLocation() == null ? "?" : e.getLocation().getLineNr()) + ": "
                            + Printable.line(String.valueOf(e.getOriginalMessage())),
                    e);
        }
    }

    private void flatten(String prefix, JsonNode node, String text, Path file) {
        node.properties().forEach(child -> {
            String key = prefix + child.getKey();
            JsonNode value = child.getValue();
            if (value.isObject()) {
                flatten(key + ".", value, text, file);
            } else if (value.isArray()) {
                StringBuilder list = new StringBuilder();
                value.forEach(each -> list.append(list.isEmpty() ? "" : ",").append(each.asText()));
                take(key, list.toString(), place(file, text, key));
            } else {
                take(key, value.asText(), place(file, text, key));
            }
        });
    }

    private void take(String key, String value, String place) {
        boolean known = ServerSetting.keys().contains(key)
                || isBelow(ServerSetting.LABELS, key)
                || isBelow(ServerSetting.LOGGERS, key);
        if (!known) {
            throw refused(place + ": there is no setting " + Printable.quoted(key)
                    + NearestName.question(key, ServerSetting.keys()));
        }
        all.put(key, new Said(value, place));
    }

    /** The parser does not keep lines of values; this finds the usual ways to write one. */
    private static String place(Path file, String text, String key) {
        String section = "";
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            String bare = line.strip();
            if (bare.startsWith("[") && bare.contains("]")) {
                section = bare.substring(1, bare.indexOf(']')).strip() + ".";
            }
            int equals = bare.indexOf('=');
            if (equals > 0 && !bare.startsWith("#")) {
                String name = section + bare.substring(0, equals).strip().replace("\"", "");
                if (key.equals(name) || key.startsWith(name + ".")) {
                    return file + ", line " + number;
                }
            }
        }
        return file.toString();
    }

    /** What counts for a setting; where nobody has said anything, its default. */
    Said of(ServerSetting setting) {
        Said said = all.get(setting.key());
        if (said != null) {
            return said;
        }
        Optional<String> standard = setting.standard();
        if (standard.isEmpty()) {
            throw refused("the setting " + setting.key() + " is missing; it has no default");
        }
        return new Said(standard.get(), "the default of " + setting.key());
    }

    /** The path that a setting names, absolute; null if it is empty. */
    @Nullable
    Path path(ServerSetting setting) {
        String value = of(setting).value();
        try {
            return value.isEmpty() ? null : Path.of(value).toAbsolutePath();
        } catch (InvalidPathException e) {
            throw wrong(setting, "cannot be a path: " + e.getReason());
        }
    }

    /** A value that cannot be used, and where it was said. */
    MaintainerException wrong(ServerSetting setting, String rule) {
        Said said = of(setting);
        return refused(said.place() + ": " + setting.key() + " = " + Printable.quoted(said.value()) + " " + rule);
    }

    private static boolean isBelow(String prefix, String key) {
        return key.startsWith(prefix) && key.length() > prefix.length();
    }

    /** All settings that have names of their own below a prefix, by these names. */
    SortedMap<String, Said> below(String prefix) {
        SortedMap<String, Said> found = new TreeMap<>();
        all.tailMap(prefix).forEach((key, said) -> {
            if (key.startsWith(prefix)) {
                found.put(key.substring(prefix.length()), said);
            }
        });
        return found;
    }

    /** All labels, by their names. */
    SortedMap<String, String> labels() {
        SortedMap<String, String> labels = new TreeMap<>();
        below(ServerSetting.LABELS).forEach((name, said) -> labels.put(name, said.value()));
        return labels;
    }

    /** What is in effect, by key; there are no secrets among settings, only the names of files that have some. */
    SortedMap<String, String> inEffect() {
        SortedMap<String, String> shown = new TreeMap<>();
        for (ServerSetting setting : ServerSetting.values()) {
            shown.put(setting.key(), of(setting).value());
        }
        labels().forEach((name, value) -> shown.put(ServerSetting.LABELS + name, value));
        below(ServerSetting.LOGGERS).forEach((name, said) -> shown.put(ServerSetting.LOGGERS + name, said.value()));
        return shown;
    }

    static MaintainerException refused(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }
}
