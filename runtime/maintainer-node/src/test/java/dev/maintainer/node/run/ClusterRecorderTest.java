package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ClusterRecorderTest {
    private static final DispatcherId ID = new DispatcherId(1, 2);
    private static final NodeId A = new NodeId("n1");
    private static final NodeId B = new NodeId("n3");

    @Test
    @DisplayName("frozen operators read well, also one whose table was dropped")
    void describe() {
        TableSpan span = TableSpan.whole(new TableId(7));
        assertThat(ClusterRecorder.describe(new FrozenOperator(ID, OperatorType.REMOVE, "REMOVING", null, 0, B, null)))
                .isEqualTo("remove REMOVING of dispatcher " + ID + " of a dropped table, from n3");
        assertThat(ClusterRecorder.describe(new FrozenOperator(ID, OperatorType.MOVE, "REMOVING", span, 42, A, B)))
                .isEqualTo("move REMOVING of " + span + ", from n1 to n3, at 42");
        assertThat(ClusterRecorder.describe(new FrozenOperator(ID, OperatorType.ADD, "ADDING", span, 42, null, B)))
                .isEqualTo("add ADDING of " + span + ", to n3, at 42");
    }
}
