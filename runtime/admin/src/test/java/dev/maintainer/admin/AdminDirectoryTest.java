package dev.maintainer.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminDirectoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private static void refused(Path path, String why) {
        assertThatThrownBy(() -> AdminDirectory.own(path).close())
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(why)
                .hasMessageContaining("--admin-dir");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwx-w----", "rwx----w-", "rwxr-xr-x", "rwxrwxrwx", "rwx--x---"})
    @DisplayName("a directory that others can enter or write to is refused, and left as it is")
    void openToOthers(String permissions) throws IOException {
        Path path = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
        refused(path, "others can enter it; make it 0700");
        assertThat(path).isEmptyDirectory();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo(permissions);
    }

    @Test
    @DisplayName("where no node is, nobody is told to change or remove the directory")
    void noNode() throws IOException {
        Path documents = Files.createDirectory(temporary.resolve("documents"));
        Files.setPosixFilePermissions(documents, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path path : List.of(documents, temporary.resolve("none"))) {
            assertThatThrownBy(() -> AdminDirectory.of(path))
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                    .hasMessageContaining("there is no admin.json; start one with 'run --hold'")
                    .hasMessageNotContainingAny("remove", "0700");
        }
    }

    @Test
    @DisplayName("a file, and a link to a directory, are refused: the link could lead elsewhere tomorrow")
    void noDirectory() throws IOException {
        refused(Files.writeString(temporary.resolve("file"), ""), "not a directory");
        Path real = Files.createDirectory(
                temporary.resolve("real"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        refused(Files.createSymbolicLink(temporary.resolve("link"), real), "not a directory");
    }

    @Test
    @DisplayName("a second node does not take the directory of the first, nor remove its files")
    void inUse() throws IOException {
        Path path = temporary.resolve("deep/admin");
        try (AdminDirectory first = AdminDirectory.own(path)) {
            first.publish("127.0.0.1", 1, "token");
            refused(path, "another node");
            assertThat(AdminDirectory.of(path).address().token()).isEqualTo("token");
        }
        try (AdminDirectory second = AdminDirectory.own(path)) {
            second.publish("127.0.0.1", 2, "other");
            assertThat(AdminDirectory.of(path).address().token()).isEqualTo("other");
            assertThat(AdminDirectory.of(path).address().port()).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("what a dead node has left, half-written files included, is no obstacle")
    void leftovers() throws IOException {
        Path path = temporary.resolve("admin");
        AdminDirectory.own(path).close();
        Files.writeString(path.resolve("token.tmp"), "half");
        Files.writeString(path.resolve("token"), "old");
        Files.setPosixFilePermissions(path.resolve("token"), PosixFilePermissions.fromString("rw-r--r--"));
        try (AdminDirectory directory = AdminDirectory.own(path)) {
            directory.publish("127.0.0.1", 1, "new");
            assertThat(AdminDirectory.of(path).address().token()).isEqualTo("new");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path.resolve("token"))))
                    .isEqualTo("rw-------");
            directory.withdraw();
        }
        assertThat(path.resolve("token")).doesNotExist();
        assertThat(path.resolve("admin.json")).doesNotExist();
    }

    @Test
    @DisplayName("a directory of somebody else is refused, whatever its owner has put there")
    void somebodyElses() throws IOException {
        Path path = temporary.resolve("theirs");
        AdminDirectory.own(path).close();
        UserPrincipal nobody;
        try {
            nobody = path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody");
            Files.setOwner(path.resolve("lock"), nobody);
            Files.setOwner(path, nobody);
        } catch (IOException e) {
            assumeTrue(false, "only a privileged user can enter the closed directory of another: " + e);
            return;
        }
        refused(path, "somebody else's");
        assertThat(path.toFile().list()).containsExactly("lock");
        Files.writeString(path.resolve("admin.json"), "{}");
        assertThatThrownBy(() -> AdminDirectory.of(path))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_ALLOWED))
                .hasMessageContaining("not trusted")
                .hasMessageContaining("somebody else's");
    }

    @Test
    @DisplayName("a client does not ask where others could have put an address: an open directory, or a link")
    void openToOthers() throws IOException {
        Path open = Files.createDirectory(temporary.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), temporary);
        Files.writeString(open.resolve("admin.json"), "{}");
        Files.writeString(temporary.resolve("admin.json"), "{}");

        assertThatThrownBy(() -> AdminDirectory.of(open)).hasMessageContaining("others can enter it");
        assertThatThrownBy(() -> AdminDirectory.of(link)).hasMessageContaining("not a directory");
    }

    @Test
    @DisplayName("links in the directory are not followed: nothing is locked or written elsewhere")
    void linksInside() throws IOException {
        Path victim = Files.writeString(temporary.resolve("victim"), "");
        Path path = temporary.resolve("admin");
        try (AdminDirectory directory = AdminDirectory.own(path)) {
            Files.createSymbolicLink(path.resolve("audit.log"), victim);
            AuditLog audit = directory.auditLog();
            assertThatThrownBy(audit::check).hasMessageContaining("cannot be written");
        }
        Files.delete(path.resolve("lock"));
        Files.createSymbolicLink(path.resolve("lock"), victim);
        refused(path, "symbolic links");
        assertThat(victim).isEmptyFile();
    }

    @Test
    @DisplayName("where no node is, the message says how to start one and how to name its directory")
    void nobody() {
        assertThatThrownBy(() -> AdminDirectory.of(temporary.resolve("none")).address())
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE))
                .hasMessageContaining("run --hold")
                .hasMessageContaining("--admin-dir");
    }
}
