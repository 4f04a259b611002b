package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EffectiveSettingsTest {
    private final EffectiveSettings started = EffectiveSettings.of(new TreeMap<>(Map.of(
            "log.level", "WARN",
            "peer.queue_limit", "512MiB",
            "peer.listen", "127.0.0.1:7400",
            "node.labels.zone", "a",
            "log.loggers.io", "DEBUG")));

    private EffectiveSettings reread(String... pairs) {
        TreeMap<String, String> settings = new TreeMap<>(started.inEffect());
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1].isEmpty()) {
                settings.remove(pairs[i]);
            } else {
                settings.put(pairs[i], pairs[i + 1]);
            }
        }
        return started.reread(settings);
    }

    @Test
    @DisplayName("levels and limits count at once, also those of which nothing is said any more")
    void atOnce() {
        EffectiveSettings after = reread("log.level", "INFO", "peer.queue_limit", "1GiB", "log.loggers.io", "");
        assertThat(after.inEffect())
                .containsEntry("log.level", "INFO")
                .containsEntry("peer.queue_limit", "1GiB")
                .doesNotContainKey("log.loggers.io");
        assertThat(after.afterRestart()).isEmpty();
        assertThat(after.changedSince(started)).containsExactly("log.level", "log.loggers.io", "peer.queue_limit");
    }

    @Test
    @DisplayName("what else differs waits for the next start, and is not shown as if it counted")
    void afterRestart() {
        EffectiveSettings after =
                reread("peer.listen", "127.0.0.1:7500", "node.labels.zone", "", "node.labels.rack", "7");
        assertThat(after.inEffect()).isEqualTo(started.inEffect());
        assertThat(after.afterRestart())
                .isEqualTo(Map.of("peer.listen", "127.0.0.1:7500", "node.labels.zone", "", "node.labels.rack", "7"));
    }

    @Test
    @DisplayName("what is put back before the next start waits no longer")
    void putBack() {
        assertThat(reread("peer.listen", "127.0.0.1:7500").reread(started.inEffect()))
                .isEqualTo(started);
    }
}
