package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.membership.store.StoreCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CredentialsFileTest {
    @TempDir
    private Path directory;

    private Path file(String content, String permissions) throws IOException {
        Path file = Files.writeString(directory.resolve("credentials"), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private static void assertRefused(Path file, String reason) {
        assertThatThrownBy(() -> CredentialsFile.read(file))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }

    @Test
    @DisplayName("One line has the user and, behind the first colon, the password")
    void oneLine() throws IOException {
        assertThat(CredentialsFile.read(file("maintainer:se:cret\n", "rw-------")))
                .isEqualTo(new StoreCredentials("maintainer", "se:cret"));
    }

    @ParameterizedTest
    @DisplayName("Any other form is refused, without a word of what is in the file")
    @ValueSource(strings = {"", "secret", ":secret", "secret:", "a:secret\nb:secret"})
    void otherForms(String content) throws IOException {
        assertRefused(file(content, "rw-------"), "one line, user:password");
    }

    @ParameterizedTest
    @DisplayName("A file that others may read is refused")
    @ValueSource(strings = {"rw-r-----", "rw----r--"})
    void othersRead(String permissions) throws IOException {
        assertRefused(file("maintainer:secret", permissions), "chmod 600");
    }

    @Test
    @DisplayName("A file that is not there is refused")
    void missing() {
        assertRefused(directory.resolve("nothing"), "cannot be read");
    }
}
