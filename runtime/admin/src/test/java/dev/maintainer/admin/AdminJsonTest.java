package dev.maintainer.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.RefusalDecision;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Programs read the answers, so the names of records that become JSON do not change by accident. */
class AdminJsonTest {
    private final FakeClusterAdmin cluster = new FakeClusterAdmin();
    private final TreeSet<String> shape = new TreeSet<>();

    private void add(AdminVerb verb, Object answer) {
        walk(verb.path(), AdminJson.MAPPER.valueToTree(answer));
    }

    private void walk(String path, JsonNode node) {
        if (node.isArray()) {
            node.forEach(each -> walk(path + "[]", each));
        } else if (node.isObject()) {
            node.properties().forEach(field -> walk(path + "." + field.getKey(), field.getValue()));
        } else if (!node.isNull()) {
            shape.add(path + " " + node.getNodeType().name().toLowerCase(Locale.ROOT));
        }
    }

    @Test
    @DisplayName("the fields of all answers are those of admin-json.txt; new ones may come, old ones stay")
    void fields() throws IOException {
        add(ClusterVerb.CHANGEFEEDS, cluster.changefeeds());
        add(ClusterVerb.NODES, cluster.nodes());
        add(MaintainerVerb.SPANS, cluster.spans(FakeClusterAdmin.FEED, SpanQuery.ALL));
        add(MaintainerVerb.OPERATORS, cluster.operators(FakeClusterAdmin.FEED));
        add(MaintainerVerb.SCHEDULERS, cluster.schedulers(FakeClusterAdmin.FEED));
        add(MaintainerVerb.SCHEDULING, cluster.scheduling(FakeClusterAdmin.FEED));
        add(MaintainerVerb.EXPLAIN, cluster.explain(FakeClusterAdmin.FEED, "1"));
        add(MaintainerVerb.WHY_NOT, cluster.whyNot(FakeClusterAdmin.FEED, "1", new NodeId("n9")));
        add(MaintainerVerb.BLAME, cluster.blame(FakeClusterAdmin.FEED));
        add(MaintainerVerb.BARRIERS, cluster.barriers(FakeClusterAdmin.FEED));
        add(MaintainerVerb.SCHEDULER_SET, cluster.selectScheduler(FakeClusterAdmin.FEED, "spread"));
        add(MaintainerVerb.SCHEDULER_SHADOW, cluster.shadow(FakeClusterAdmin.FEED, "spread"));
        add(MaintainerVerb.PLAN, cluster.plan(FakeClusterAdmin.FEED, "spread"));
        add(MaintainerVerb.APPLY, cluster.apply(FakeClusterAdmin.FEED, 4));
        add(MaintainerVerb.SPLIT, cluster.split(FakeClusterAdmin.FEED, "1", 0, List.of("k"), false));
        add(MaintainerVerb.BARRIER_SKIP, cluster.decide(FakeClusterAdmin.FEED, "ddl@400", RefusalDecision.SKIP, true));
        add(ClusterVerb.PLACEMENTS, cluster.placements());
        add(ClusterVerb.DRAINING, DrainRow.of(cluster.draining()));
        try (InputStream golden = AdminJsonTest.class.getResourceAsStream("admin-json.txt")) {
            assertThat(golden).isNotNull();
            assertThat(shape)
                    .as("if fields were meant to change: the text is\n" + String.join("\n", shape))
                    .containsExactlyElementsOf(new String(golden.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }
}
