package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.SourceFacts.Holder;
import dev.maintainer.connector.postgres.reader.SourceFacts.Publication;
import dev.maintainer.connector.postgres.reader.SourceFacts.Server;
import dev.maintainer.connector.postgres.reader.SourceFacts.Slot;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StartCheckTest {
    private static final long READ_UP_TO = 1000;
    private static final KnownSource KNOWN = new KnownSource("sys-1", 5, 1, 77);

    private Server server = server("sys-1", 5, 1, 2000, false);
    private @Nullable Slot slot = slot(900, null, null);
    private @Nullable Holder holder;
    private @Nullable Publication publication = publication(77);
    private @Nullable TimelineHistory history;

    private static Server server(String system, long database, int timeline, long walEnd, boolean standby) {
        return new Server(180006, system, "shop", database, timeline, walEnd, standby);
    }

    private static Slot slot(long confirmed, @Nullable String walStatus, @Nullable String invalidation) {
        return new Slot("shop", "pgoutput", false, false, confirmed, confirmed, walStatus, invalidation);
    }

    private static Publication publication(long oid) {
        return new Publication(oid, List.of(), false, List.of());
    }

    private StartDecision decide(@Nullable KnownSource known) {
        return new StartCheck("s", "p", 7, READ_UP_TO, known)
                .decide(new SourceFacts(server, slot, holder, publication, history));
    }

    private void starts() {
        assertThat(decide(KNOWN)).isInstanceOf(StartDecision.Start.class);
    }

    private void refused(ErrorCode code, String text) {
        assertThat(decide(KNOWN)).isInstanceOfSatisfying(StartDecision.Refuse.class, refuse -> {
            assertThat(refuse.code()).as(refuse.message()).isEqualTo(code);
            assertThat(refuse.message()).contains(text);
        });
    }

    private void waits(String text) {
        assertThat(decide(KNOWN))
                .isInstanceOfSatisfying(
                        StartDecision.Wait.class,
                        wait -> assertThat(wait.reason()).contains(text));
    }

    @Test
    void theSameSourceIsReadOn() {
        starts();
        slot = slot(READ_UP_TO, "reserved", null);
        starts();
        assertThat(decide(null)).isEqualTo(new StartDecision.Start(KNOWN));
    }

    @Test
    @DisplayName("a slot that begins later than what was read, that is gone or invalid, has lost history")
    void slots() {
        slot = slot(READ_UP_TO + 1, "reserved", null);
        refused(ErrorCode.SOURCE_HISTORY_LOST, "begins after 0/3E9");
        slot = slot(900, "lost", null);
        refused(ErrorCode.SOURCE_HISTORY_LOST, "invalidated");
        slot = slot(900, "reserved", "wal_removed");
        refused(ErrorCode.SOURCE_HISTORY_LOST, "wal_removed");
        slot = null;
        refused(ErrorCode.SOURCE_HISTORY_LOST, "is not there");
    }

    @Test
    @DisplayName("a slot of that name that is for something else is none of ours")
    void foreignSlots() {
        slot = new Slot("shop", "test_decoding", false, false, 900, 900, null, null);
        refused(ErrorCode.BAD_CONFIGURATION, "test_decoding");
        slot = new Slot("other", "pgoutput", false, false, 900, 900, null, null);
        refused(ErrorCode.BAD_CONFIGURATION, "other");
        slot = new Slot(null, null, false, false, 0, 900, null, null);
        refused(ErrorCode.BAD_CONFIGURATION, "null");
        slot = new Slot("shop", "pgoutput", true, false, 900, 900, null, null);
        refused(ErrorCode.BAD_CONFIGURATION, "temporary");
        slot = new Slot("shop", "pgoutput", false, true, 900, 900, null, null);
        refused(ErrorCode.BAD_CONFIGURATION, "two-phase");
    }

    @Test
    void anotherServerOrDatabaseAtTheAddressIsAnotherSource() {
        server = server("sys-2", 5, 1, 2000, false);
        refused(ErrorCode.SOURCE_CHANGED, "sys-2");
        server = server("sys-1", 6, 1, 2000, false);
        refused(ErrorCode.SOURCE_CHANGED, "number 6");
    }

    @Test
    @DisplayName("a server whose log ends before what was read was set back")
    void setBack() {
        server = server("sys-1", 5, 1, READ_UP_TO - 1, false);
        refused(ErrorCode.SOURCE_HISTORY_LOST, "set back");
        server = server("sys-1", 5, 1, READ_UP_TO, false);
        starts();
    }

    @Test
    @DisplayName("a promoted standby is the continuation if it had everything that was read")
    void promoted() {
        server = server("sys-1", 5, 3, 2000, false);
        history = TimelineHistory.parse("1\t0/3E8\tno recovery target specified\n\n2\t0/3F0\tbefore 2026\n");
        assertThat(decide(KNOWN)).isEqualTo(new StartDecision.Start(new KnownSource("sys-1", 5, 3, 77)));

        history = TimelineHistory.parse("1\t0/3E7\tno recovery target specified\n2\t0/3F0\tbefore 2026\n");
        refused(ErrorCode.SOURCE_HISTORY_LOST, "up to 0/3E7, and up to 0/3E8 has been read");
        history = TimelineHistory.parse("2\t0/3F0\tof others");
        refused(ErrorCode.SOURCE_HISTORY_LOST, "promoted to timeline 3");
        history = null;
        refused(ErrorCode.SOURCE_HISTORY_LOST, "promoted to timeline 3");
    }

    @Test
    void aHistoryThatIsNoneIsRefused() {
        assertThatThrownBy(() -> TimelineHistory.parse("1 nowhere"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> TimelineHistory.parse("1")).isInstanceOf(MaintainerException.class);
    }

    @Test
    @DisplayName(
            "a standby and a former primary are waited for: they may become what they were, or the address may change")
    void standby() {
        server = server("sys-1", 5, 1, 2000, true);
        waits("standby");
        server = server("sys-1", 5, 0, 2000, false);
        waits("timeline 0");
    }

    @Test
    @DisplayName("a publication that was dropped does not tell what was before, even if there is another of its name")
    void publications() {
        publication = publication(78);
        refused(ErrorCode.SOURCE_HISTORY_LOST, "made anew");
        publication = null;
        refused(ErrorCode.SOURCE_HISTORY_LOST, "dropped");
        assertThat(decide(null))
                .isInstanceOfSatisfying(
                        StartDecision.Refuse.class,
                        refuse -> assertThat(refuse.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION));
    }

    @Test
    void aPublicationThatDoesNotTellAllIsRefused() {
        publication = new Publication(77, List.of("truncate"), false, List.of());
        refused(ErrorCode.BAD_CONFIGURATION, "leaves out truncate");
        publication = new Publication(77, List.of(), true, List.of());
        refused(ErrorCode.BAD_CONFIGURATION, "publish_via_partition_root");
        publication = new Publication(77, List.of(), false, List.of("public.\"A\nB\""));
        refused(ErrorCode.BAD_CONFIGURATION, "not all rows or columns of public.\"A\\nB\"");
    }

    @Test
    @DisplayName("an older reader is ended, a newer one ends us, and anybody else is waited for")
    void holders() {
        holder = new Holder(4711, "maintainer reader 6", true);
        assertThat(decide(KNOWN)).isEqualTo(new StartDecision.TakeOver(4711));
        holder = new Holder(4711, "maintainer reader 7", true);
        assertThat(decide(KNOWN))
                .as("our own session that the server still has")
                .isEqualTo(new StartDecision.TakeOver(4711));
        holder = new Holder(4711, "maintainer reader 8", true);
        refused(ErrorCode.FENCED, "epoch 8");
        holder = new Holder(4711, "maintainer reader 6", false);
        waits("session 4711");
        holder = new Holder(4711, "pg_recvlogical\u001b[0m", true);
        waits("pg_recvlogical\\u001b[0m");
    }

    @Test
    void anOldReleaseIsRefused() {
        server = new Server(140012, "sys-1", "shop", 5, 1, 2000, false);
        refused(ErrorCode.BAD_CONFIGURATION, "PostgreSQL 14");
    }
}
