package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OpeningsTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final ChangefeedId USERS = new ChangefeedId("users");
    private static final ChangefeedConfiguration ONE = configuration("one");
    private static final ChangefeedConfiguration OTHER = configuration("other");

    private final Deque<Runnable> begun = new ArrayDeque<>();
    private final List<String> closed = new ArrayList<>();
    private long millis = 1_000;
    private final Openings<String> openings =
            new Openings<>(begun::add, () -> TimeUnit.MILLISECONDS.toNanos(millis), 0, closed::add);
    private int tries;

    private static ChangefeedConfiguration configuration(String source) {
        return new ChangefeedConfiguration(new TreeMap<>(Map.of("source", source)));
    }

    private void isOpened() {
        begun.remove().run();
    }

    private String fails() {
        tries++;
        throw new MaintainerException(ErrorCode.BAD_INPUT, "line 7 is no event");
    }

    private void notYet(ChangefeedId changefeed, Supplier<String> open) {
        assertThatThrownBy(() -> openings.take(changefeed, ONE, open))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_UNAVAILABLE))
                .hasMessageContaining("are being opened");
    }

    @Test
    @DisplayName("Nobody waits for what takes long; whoever asks again gets it, and it is opened once")
    void takesLong() {
        notYet(ORDERS, () -> "orders");
        notYet(ORDERS, () -> "orders");
        assertThat(begun).hasSize(1);

        isOpened();

        assertThat(openings.take(ORDERS, ONE, () -> "again")).isEqualTo("orders");
        assertThat(closed).isEmpty();
    }

    @Test
    @DisplayName("One that hangs does not hold up others")
    void hangs() {
        notYet(ORDERS, () -> "orders");
        Runnable hangs = begun.remove();
        notYet(USERS, () -> "users");
        isOpened();

        assertThat(openings.take(USERS, ONE, () -> "again")).isEqualTo("users");
        hangs.run();
        assertThat(openings.take(ORDERS, ONE, () -> "again")).isEqualTo("orders");
    }

    @Test
    @DisplayName("What cannot be opened is tried ever more rarely, and whoever asks hears why each time")
    void failsAgainAndAgain() {
        notYet(ORDERS, this::fails);
        isOpened();
        for (int i = 0; i < 60_000; i += 100) {
            millis += 100;
            assertThatThrownBy(() -> openings.take(ORDERS, ONE, this::fails)).hasMessage("line 7 is no event");
            while (!begun.isEmpty()) {
                isOpened();
            }
        }
        assertThat(tries).isBetween(7, 9);

        millis += 30_000;
        assertThatThrownBy(() -> openings.take(ORDERS, ONE, () -> "mended")).hasMessage("line 7 is no event");
        isOpened();
        assertThat(openings.take(ORDERS, ONE, () -> "again")).isEqualTo("mended");
    }

    @Test
    @DisplayName("What was opened for a configuration that nobody wants any more is closed")
    void otherConfiguration() {
        notYet(ORDERS, () -> "one");
        assertThatThrownBy(() -> openings.take(ORDERS, OTHER, () -> "other")).hasMessageContaining("being opened");
        isOpened();
        assertThat(closed).containsExactly("one");
        isOpened();

        assertThat(openings.take(ORDERS, OTHER, () -> "again")).isEqualTo("other");
    }

    @Test
    @DisplayName("What is opened after its changefeed, or the node, has gone is closed")
    void forgotten() {
        notYet(ORDERS, () -> "orders");
        notYet(USERS, () -> "users");
        openings.forget(ORDERS);
        isOpened();
        assertThat(closed).containsExactly("orders");
        openings.close();
        isOpened();
        assertThat(closed).containsExactly("orders", "users");
        assertThatThrownBy(() -> openings.take(ORDERS, ONE, () -> "again")).hasMessageContaining("ends");
    }
}
