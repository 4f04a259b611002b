package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path parent;

    private DataDirectory take() {
        return DataDirectory.take(parent.resolve("data"), "n1");
    }

    @Test
    @DisplayName("each process has an id of its own, which begins with the name of the node")
    void ids() {
        NodeId first;
        try (DataDirectory taken = take()) {
            first = taken.id();
            assertThat(first.value()).matches("n1\\.[0-9a-f]{16}");
            assertThat(taken.seed()).isPositive();
        }
        try (DataDirectory taken = take()) {
            assertThat(taken.id()).isNotEqualTo(first);
        }
    }

    @Test
    @DisplayName("two processes cannot have one directory")
    void locked() {
        try (DataDirectory taken = take()) {
            assertThat(taken.id()).isNotNull();
            assertThatThrownBy(this::take)
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("belongs to a process that runs");
        }
    }

    @Test
    @DisplayName("the next process knows the last one that was a member, whatever came in between")
    void predecessor() {
        assumeThat(Path.of("/proc/sys/kernel/random/boot_id")).exists();
        NodeId member;
        try (DataDirectory taken = take()) {
            assertThat(taken.predecessor()).isNull();
            member = taken.id();
            taken.remember();
        }
        try (DataDirectory neverJoined = take()) {
            assertThat(neverJoined.predecessor()).isEqualTo(member);
        }
        try (DataDirectory next = take()) {
            assertThat(next.predecessor()).isEqualTo(member);
        }
    }

    @Test
    @DisplayName("after the machine was started again nobody knows whether the process before is dead")
    void otherBoot() throws IOException {
        NodeId member;
        try (DataDirectory taken = take()) {
            member = taken.id();
        }
        Files.writeString(parent.resolve("data/last-id"), member + "\nanother-boot\n");
        try (DataDirectory next = take()) {
            assertThat(next.predecessor()).isNull();
        }
    }

    @Test
    @DisplayName("a directory that cannot be made is named")
    void unusable() throws IOException {
        Files.writeString(parent.resolve("data"), "a file");
        assertThatThrownBy(this::take).isInstanceOf(MaintainerException.class).hasMessageContaining("data");
    }
}
