package dev.maintainer.node.server;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.core.MaintainerView;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Writes down when other errors hold for a changefeed than before: which codes on which nodes. Their messages change while they
 * last, and only the first of a kind is written. On the thread of the maintainers.
 */
final class ErrorEvents {
    private static final int MESSAGE_CHARS = 500;

    private final EventLog log;
    private final Map<ChangefeedId, SortedSet<String>> known = new HashMap<>();

    ErrorEvents(EventLog log) {
        this.log = log;
    }

    void published(MaintainerView view) {
        SortedSet<String> now = new TreeSet<>();
        view.errors().forEach(each -> now.add(each.code().code() + "@" + each.node()));
        SortedSet<String> before = now.isEmpty() ? known.remove(view.changefeed()) : known.put(view.changefeed(), now);
        if (now.equals(before) || (before == null && now.isEmpty())) {
            return;
        }
        String message = view.errors().isEmpty() ? "" : view.errors().get(0).message();
        log.add(
                "errors",
                "changefeed",
                view.changefeed(),
                "epoch",
                view.epoch().value(),
                "errors",
                now,
                "newest",
                Printable.shortened(message, MESSAGE_CHARS));
    }

    /** Its maintainer has gone. */
    void forget(ChangefeedId changefeed) {
        known.remove(changefeed);
    }
}
