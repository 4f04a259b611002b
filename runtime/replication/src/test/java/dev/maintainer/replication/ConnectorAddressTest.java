package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectorAddressTest {
    private static ConnectorAddress parse(String text) {
        return ConnectorAddress.parse(text, "--source");
    }

    @Test
    @DisplayName("options stand behind a question mark, percent-encoded, and join the settings")
    void options() {
        ConnectorAddress address = parse("changelog:a+b.ndjson?mode=tail&name=50%25%20of+it%26more&empty=");

        assertThat(address.location()).isEqualTo("a+b.ndjson");
        assertThat(address.options()).isEqualTo(Map.of("mode", "tail", "name", "50% of+it&more", "empty", ""));
        assertThat(address.with(new TreeMap<>(Map.of("other", "1"))))
                .containsEntry("other", "1")
                .containsEntry("mode", "tail")
                .hasSize(4);
        assertThat(parse("changelog:a?").options()).isEmpty();
        assertThat(parse("changelog:a").options()).isEmpty();
    }

    @Test
    @DisplayName("a location that no user has written as an address may have a question mark")
    void literal() {
        assertThat(new ConnectorAddress("changelog", "what?.ndjson").location()).isEqualTo("what?.ndjson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"xx:a?mode", "xx:a?=tail", "xx:a?a=1&a=2", "xx:a?a=1&&b=2", "xx:a?a=%", "xx:a?a=%zz", "xx:a?&"})
    @DisplayName("what is no option is refused, without showing it")
    void refused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("--source is not ?KEY=VALUE&KEY=VALUE");
    }

    @Test
    @DisplayName("something that is set in the address and beside it is refused")
    void twice() {
        assertThatThrownBy(() -> parse("xx:a?mode=tail").with(new TreeMap<>(Map.of("mode", "all"))))
                .isInstanceOf(MaintainerException.class)
                .hasMessage("'mode' is set in the address xx:a?mode=tail and beside it; set it in one place");
    }

    @Test
    @DisplayName("shown to people, an address has no passwords")
    void shown() {
        assertThat(parse("xx://me:secret@host/db?user=me&password=hunter%262&mode=fast"))
                .asString()
                .isEqualTo("xx://me:***@host/db?mode=fast&password=***&user=me");
        assertThat(parse("xx://me:se@c/ret@host/db"))
                .as("a password that was not encoded")
                .asString()
                .isEqualTo("xx://me:***@host/db");
    }
}
