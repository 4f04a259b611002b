package dev.maintainer.connector.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.ConnectorAddress;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerSettingsTest {
    private static ServerSettings of(String text, Map<String, String> environment) {
        ConnectorAddress address = ConnectorAddress.parse(text, "--sink");
        return ServerSettings.of(address, address.options(), environment::get);
    }

    private static ServerSettings of(String text) {
        return of(text, Map.of());
    }

    @Test
    void anAddressNamesServerDatabaseAndRole() {
        ServerSettings settings = of("postgresql://cdc@db.example:6543/shop?connections=7&sslmode=require");

        assertThat(settings.host()).isEqualTo("db.example");
        assertThat(settings.port()).isEqualTo(6543);
        assertThat(settings.database()).isEqualTo("shop");
        assertThat(settings.user()).isEqualTo("cdc");
        assertThat(settings.connections()).isEqualTo(7);
        assertThat(settings.sslMode()).isEqualTo("require");
        assertThat(settings.place()).isEqualTo("//db.example:6543/shop");
    }

    @Test
    void whatIsNotSaidHasADefault() {
        ServerSettings settings = of("postgresql://db.example/shop", Map.of("PGUSER", "me", "PGPASSWORD", "sesame"));

        assertThat(settings.port()).isEqualTo(5432);
        assertThat(settings.user()).isEqualTo("me");
        assertThat(settings.password().read()).isEqualTo("sesame");
        assertThat(settings.connections()).isEqualTo(4);
    }

    @Test
    @DisplayName("A variable that is to have the password has to be set, for this process; the usual one need not be")
    void variableThatIsNotSet() {
        ServerSettings named = of("postgresql://me@h/shop?password-env=SHOP_PASSWORD", Map.of());
        assertThatThrownBy(() -> named.password().read())
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContainingAll("SHOP_PASSWORD", "not set");
        assertThat(of("postgresql://me@h/shop", Map.of()).password().read()).isNull();
    }

    @Test
    @DisplayName(
            "The certificate of a server elsewhere is checked unless somebody says otherwise; on this machine there need be none")
    void tlsByDefault() {
        assertThat(of("postgresql://me@db.example/shop").sslMode()).isEqualTo("verify-full");
        assertThat(of("postgresql://me@127.evil.example/shop").sslMode()).isEqualTo("verify-full");
        assertThat(of("postgresql://me@localhost/shop").sslMode()).isEqualTo("prefer");
        assertThat(of("postgresql://me@127.0.0.1/shop").sslMode()).isEqualTo("prefer");
        assertThat(of("postgresql://me@[::1]/shop").sslMode()).isEqualTo("prefer");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me:sesame@h/shop",
                "postgresql://:sesame@h/shop",
                "postgresql://me:se@same@h/shop",
                "postgresql://me@h/shop?password=sesame",
                "postgresql://me:sesame@h",
            })
    void aPasswordInTheAddressIsRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> of(text))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("password-file=FILE")
                .hasMessageNotContaining("same");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://me@h",
                "postgresql:shop",
                "postgresql://me@h/a/b",
                "postgresql://me@h:99999/shop",
                "postgresql://me@h:0/shop",
                "postgresql://h/shop",
                "postgresql://me@h/shop?user=you",
                "postgresql://me@h/shop?sslmode=none",
                "postgresql://me@h/shop?connections=0",
                "postgresql://me@h/shop?connections=x",
                "postgresql://me@h/shop?conections=2",
                "postgresql://me@h/shop?password-file=a&password-env=B",
            })
    void whatCannotBeMeantIsRefused(String text) {
        assertThatThrownBy(() -> of(text))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION));
    }

    @Test
    void namesInStatementsAreQuotedAndNeverCutOff() {
        assertThat(Identifiers.quoted("Order \"x\"")).isEqualTo("\"Order \"\"x\"\"\"");
        assertThat(Identifiers.quoted("\u6f22".repeat(21))).hasSize(23);
        assertThatThrownBy(() -> Identifiers.quoted("\u6f22".repeat(22)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DDL_REFUSED))
                .hasMessageContaining("66 bytes");
        assertThatThrownBy(() -> Identifiers.quoted("")).isInstanceOf(MaintainerException.class);
        assertThatThrownBy(() -> Identifiers.quoted("a\0")).isInstanceOf(MaintainerException.class);
    }
}
