package dev.maintainer.connector.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureKindTest {
    @ParameterizedTest
    @CsvSource({
        "08006, LOST",
        "57P01, LOST",
        "53300, LOST",
        "40001, CONFLICT",
        "55P03, CONFLICT",
        "53100, EXHAUSTED",
        "42501, FORBIDDEN",
        "28P01, FORBIDDEN",
        "08004, FORBIDDEN",
        "23505, REJECTED",
        ", LOST"
    })
    @DisplayName("What the server, or the driver, says decides; the pool wraps it")
    void kinds(String state, FailureKind kind) {
        SQLException failure = new SQLException("said", state);
        assertThat(FailureKind.of(failure)).isEqualTo(kind);
        assertThat(FailureKind.of(new SQLTransientConnectionException("pool", "08001", failure)))
                .isEqualTo(kind);
    }
}
