package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeNamesTest {
    private static final List<NodeId> MEMBERS =
            List.of(new NodeId("db.east.0a"), new NodeId("west.0b"), new NodeId("west.0c"));

    @Test
    @DisplayName("A node is named by its id, or by its name if that is enough")
    void named() {
        assertThat(NodeNames.resolve(MEMBERS, "db.east")).isEqualTo(new NodeId("db.east.0a"));
        assertThat(NodeNames.resolve(MEMBERS, "west.0c")).isEqualTo(new NodeId("west.0c"));
    }

    @Test
    @DisplayName("A name of two processes is refused, and an unknown one answered with the nearest")
    void notNamed() {
        assertThatThrownBy(() -> NodeNames.resolve(MEMBERS, "west"))
                .hasMessageContaining("west.0b")
                .hasMessageContaining("say the whole id");
        assertThatThrownBy(() -> NodeNames.resolve(MEMBERS, "db.eest")).hasMessageContaining("did you mean 'db.east'?");
        assertThatThrownBy(() -> NodeNames.resolve(List.of(), "x")).hasMessageContaining("no member is called");
    }
}
