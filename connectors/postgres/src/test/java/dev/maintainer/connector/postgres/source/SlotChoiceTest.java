package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SlotChoiceTest {
    private static final SlotName OWN = new SlotName("own");
    private static final Slot FAR = new Slot(new SlotName("far"), 900, true, false);
    private static final Slot NEAR = new Slot(new SlotName("near"), 500, false, false);

    private static Slot own(long confirmedTs) {
        return new Slot(OWN, confirmedTs, false, false);
    }

    private static Slot lost(String name) {
        return new Slot(new SlotName(name), 100, false, true);
    }

    @Test
    @DisplayName("The slot of the node is taken, unless it has moved behind what is needed")
    void ownSlot() {
        assertThat(SlotChoice.of(OWN, List.of(FAR, own(400)), 450, 100)).isEqualTo(new SlotChoice.Own(own(400)));
        // The checkpoint is not known: the slot was never confirmed behind it.
        assertThat(SlotChoice.of(OWN, List.of(own(400)), 0, 100)).isEqualTo(new SlotChoice.Own(own(400)));
        assertThatThrownBy(() -> SlotChoice.of(OWN, List.of(FAR, own(400)), 350, 100))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
    }

    @Test
    @DisplayName("Otherwise the one that has what is needed, and not much more; a lost one is never taken")
    void copies() {
        assertThat(SlotChoice.of(OWN, List.of(NEAR, FAR), 950, 100)).isEqualTo(new SlotChoice.CopyOf(FAR));
        assertThat(SlotChoice.of(OWN, List.of(NEAR, FAR), 600, 100)).isEqualTo(new SlotChoice.CopyOf(NEAR));
        assertThat(SlotChoice.of(OWN, List.of(NEAR, FAR), 0, 100)).isEqualTo(new SlotChoice.CopyOf(NEAR));
        assertThat(SlotChoice.of(OWN, List.of(lost("own"), lost("other"), FAR), 950, 100))
                .isEqualTo(new SlotChoice.CopyOf(FAR));
        assertThatThrownBy(() -> SlotChoice.of(OWN, List.of(lost("own"), lost("other")), 950, 100))
                .hasMessageContaining("has lost what it retained");
        assertThatThrownBy(() -> SlotChoice.of(OWN, List.of(), 950, 100)).hasMessageContaining("is not there");
    }

    @Test
    @DisplayName("A slot is redundant when nobody has read it for long, and another one has all of it")
    void redundant() {
        AtomicLong now = new AtomicLong();
        RedundantSlots slots = new RedundantSlots(FAR.name(), now::get);
        Slot ahead = new Slot(new SlotName("ahead"), 901, false, false);
        List<Slot> all = List.of(FAR, NEAR, ahead);
        assertThat(slots.among(all)).isEmpty();
        now.addAndGet(TimeUnit.MINUTES.toNanos(9));
        assertThat(slots.among(all)).isEmpty();
        now.addAndGet(TimeUnit.MINUTES.toNanos(2));
        assertThat(slots.among(all)).containsExactly(NEAR.name());

        // It was read in between.
        assertThat(slots.among(List.of(FAR, new Slot(NEAR.name(), 500, true, false))))
                .isEmpty();
        assertThat(slots.among(all)).isEmpty();
        // Nobody reads that of this node.
        now.addAndGet(TimeUnit.MINUTES.toNanos(20));
        assertThat(slots.among(List.of(new Slot(FAR.name(), 900, false, false), NEAR)))
                .isEmpty();
    }

    @Test
    @DisplayName("Slots of changefeeds and nodes are told apart, whatever these are called")
    void names() {
        SlotNames names = SlotNames.of("maintainer", "Orders/\u00c4");
        String longName = "x".repeat(300);
        assertThat(names.ofNode("node-1").text()).matches("maintainer_orders___[0-9a-f]{8}_node_1_[0-9a-f]{8}");
        assertThat(names.ofNode("node-1").text()).startsWith(names.prefix());
        assertThat(names.ofNode("node.1")).isNotEqualTo(names.ofNode("node-1"));
        assertThat(SlotNames.of("maintainer", "orders_1").ofNode("n").text())
                .doesNotStartWith(SlotNames.of("maintainer", "orders").prefix());
        assertThat(SlotNames.of("maintainer", longName).ofNode(longName).text()).hasSizeLessThanOrEqualTo(63);
    }
}
