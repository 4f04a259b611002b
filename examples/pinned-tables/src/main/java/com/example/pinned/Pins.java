package com.example.pinned;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All pins. Names are looked up, patterns are tried from the most precise on. */
final class Pins {
    private static final String KEY = "pin.";

    private final List<Pin> all;
    private final TreeMap<TableName, Pin> names = new TreeMap<>();
    private final List<Pin> patterns = new ArrayList<>();

    private Pins(List<Pin> pins) {
        all = pins.stream().sorted(Pin.MOST_PRECISE_FIRST).toList();
        for (Pin pin : all) {
            if (pin.isName()) {
                names.put(new TableName(pin.schema().text(), pin.table().text()), pin);
            } else {
                patterns.add(pin);
            }
        }
    }

    /** Refuses settings whose schema cannot be told from the table, and nodes that are none. */
    static Pins of(SortedMap<String, String> settings) {
        List<Pin> pins = new ArrayList<>();
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            String name = setting.getKey().substring(KEY.length());
            int dot = name.indexOf('.');
            if (dot != name.lastIndexOf('.')) {
                throw bad(setting, "has several dots; write those that belong to a name as '?'");
            }
            if (setting.getValue().isBlank()) {
                throw bad(setting, "names no node; write " + setting.getKey() + "=NODE");
            }
            pins.add(new Pin(
                    new NamePattern(name.substring(0, dot)),
                    new NamePattern(name.substring(dot + 1)),
                    new NodeId(setting.getValue())));
        }
        return new Pins(pins);
    }

    private static MaintainerException bad(Map.Entry<String, String> setting, String what) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "'scheduler.pinned-tables." + setting.getKey() + "' is '" + setting.getValue() + "' and " + what);
    }

    /** The most precise first. */
    List<Pin> all() {
        return all;
    }

    /** The pin that counts for a table; empty if there is none. */
    Optional<Pin> of(TableName name) {
        Pin pin = names.get(name);
        return pin != null
                ? Optional.of(pin)
                : patterns.stream().filter(each -> each.matches(name)).findFirst();
    }
}
