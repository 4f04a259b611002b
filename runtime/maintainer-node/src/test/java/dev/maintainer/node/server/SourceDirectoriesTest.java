package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceDirectoriesTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");
    private static final ChangefeedId USERS = new ChangefeedId("users");

    @TempDir
    private Path directory;

    private Path kept(ChangefeedId changefeed) throws IOException {
        Path own = directory.resolve(changefeed.name());
        Files.createDirectories(own);
        return Files.writeString(own.resolve("index"), "what makes it cheaper");
    }

    @Test
    @DisplayName("What is left of a changefeed that was removed while the node was down goes; that of others stays")
    void removedMeanwhile() throws IOException {
        Path ofOrders = kept(ORDERS);
        Path ofUsers = kept(USERS);

        SourceDirectories directories = new SourceDirectories(directory);
        assertThat(directories.left()).containsExactlyInAnyOrder(ORDERS, USERS);
        directories.areGone(Set.of(ORDERS));
        directories.deleteGone();

        assertThat(ofOrders.getParent()).doesNotExist();
        assertThat(ofUsers).exists();
        assertThat(directories.left()).containsExactly(USERS);
    }

    @Test
    @DisplayName("A changefeed of the same name that was created and opened here meanwhile keeps what it has")
    void createdAgain() throws IOException {
        Path ofOrders = kept(ORDERS);
        SourceDirectories directories = new SourceDirectories(directory);
        Set<ChangefeedId> left = directories.left();

        assertThat(directories.take(ORDERS)).isEqualTo(ofOrders.getParent());
        directories.areGone(left);
        directories.deleteGone();

        assertThat(ofOrders).exists();
        assertThat(directories.left()).isEmpty();
    }

    @Test
    @DisplayName("What is no directory of a changefeed is left alone")
    void somethingElse() throws IOException {
        Path foreign = Files.createDirectories(directory.resolve("lost+found"));
        Path file = Files.writeString(directory.resolve("notes"), "of somebody");

        assertThat(new SourceDirectories(directory).left()).isEmpty();
        assertThat(foreign).exists();
        assertThat(file).exists();
    }

    @Test
    @DisplayName("A node that has never had a source has nothing")
    void first() {
        assertThat(new SourceDirectories(directory.resolve("sources")).left()).isEmpty();
    }
}
