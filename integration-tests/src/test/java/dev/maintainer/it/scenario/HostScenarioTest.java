package dev.maintainer.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The host of a node: whom it obeys, what it starts, and how it repeats the last words of maintainers. */
class HostScenarioTest {
    private static final NodeId SELF = new NodeId("n1");
    private static final NodeId LEADER = new NodeId("coordinator-1");
    private static final NodeId SECOND_LEADER = new NodeId("coordinator-2");
    private static final ChangefeedId CHANGEFEED = new ChangefeedId("orders");

    private record Sent(NodeId to, Message message) {}

    private final List<Sent> sent = new ArrayList<>();
    private final MaintainerHost host = new MaintainerHost(
            SELF,
            this::record,
            (changefeed, ts) -> {},
            "none",
            new QueuedPlanning(name -> (snapshot, budget) -> Plan.keep(new Reason("NOTHING", "nothing to do"))),
            MaintainerConfig.defaults(),
            MaintainerObserver.none());
    private long now = 1_000;

    private Transport.SendResult record(NodeId to, Message message) {
        sent.add(new Sent(to, message));
        return Transport.SendResult.ENQUEUED;
    }

    private Disposition request(NodeId from, CoordinatorRequest request) {
        return host.handle(new HostInput.RequestReceived(from, request), now);
    }

    private Disposition lead(NodeId leader, long version) {
        return request(leader, new CoordinatorRequest.CoordinatorBootstrap(version));
    }

    private Disposition add(long epoch) {
        return request(
                LEADER,
                new CoordinatorRequest.AddMaintainer(
                        CHANGEFEED, new MaintainerEpoch(epoch), 100, HandoffManifest.EMPTY, 0));
    }

    private Disposition remove(long epoch, RemovalMode mode) {
        return request(LEADER, new CoordinatorRequest.RemoveMaintainer(CHANGEFEED, new MaintainerEpoch(epoch), mode));
    }

    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            now += 100;
            host.handle(new HostInput.Tick(), now);
        }
    }

    private List<MaintainerStatus> reported() {
        List<MaintainerStatus> statuses = new ArrayList<>();
        for (Sent each : sent) {
            if (each.message() instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
                statuses.addAll(heartbeat.maintainers());
            }
        }
        sent.clear();
        return statuses;
    }

    /** A maintainer with this epoch that runs, without tables. */
    private DispatcherId run(long epoch) {
        host.handle(new HostInput.MembershipChanged(Membership.of(1, List.of(SELF))), now);
        add(epoch);
        DispatcherId trigger = sent.stream()
                .map(Sent::message)
                .filter(WorkerCommand.Bootstrap.class::isInstance)
                .map(message -> ((WorkerCommand.Bootstrap) message).trigger())
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
        report(new WorkerReport.BootstrapSnapshot(
                CHANGEFEED, new MaintainerEpoch(epoch), 7, 100, List.of(), List.of()));
        host.handle(new HostInput.TablesLoaded(CHANGEFEED, new SchemaSnapshot(100, List.of())), now);
        return trigger;
    }

    private Disposition report(WorkerReport report) {
        return host.handle(new HostInput.ReportReceived(SELF, report), now);
    }

    private void progresses(long epoch, long checkpointTs, long seq) {
        report(new WorkerReport.Heartbeat(
                CHANGEFEED,
                new MaintainerEpoch(epoch),
                7,
                Long.MAX_VALUE,
                new Watermark(checkpointTs, checkpointTs, seq),
                List.of(),
                false,
                List.of()));
    }

    private List<Long> reportedCheckpoints() {
        return reported().stream().map(MaintainerStatus::checkpointTs).toList();
    }

    private void triggerStops(long epoch, DispatcherId trigger, long checkpointTs) {
        report(new WorkerReport.Heartbeat(
                CHANGEFEED,
                new MaintainerEpoch(epoch),
                7,
                Long.MAX_VALUE,
                new Watermark(checkpointTs, checkpointTs, 1),
                List.of(new DispatcherStatus(trigger, ComponentState.STOPPED, checkpointTs)),
                false,
                List.of()));
    }

    @Test
    @DisplayName("a maintainer asks nobody before it has heard of every node that its predecessor may have used")
    void waitsForTheMembership() {
        // given a host that has heard less than the predecessor's
        lead(LEADER, 1);
        host.handle(new HostInput.MembershipChanged(Membership.of(3, List.of(SELF))), now);
        request(
                LEADER,
                new CoordinatorRequest.AddMaintainer(
                        CHANGEFEED, new MaintainerEpoch(2), 100, HandoffManifest.EMPTY, 5));
        pass(3_000);
        // then it asks nobody, and says why
        assertThat(bootstrapped()).isEmpty();
        assertThat(reported())
                .last()
                .satisfies(status -> assertThat(status.errors())
                        .singleElement()
                        .satisfies(error -> assertThat(error.message()).contains("version 5", "version 3")));

        // and a removal has to wait, because it would leave out those that nobody here has heard of
        assertThat(remove(2, RemovalMode.CLOSE)).isEqualTo(Disposition.REFUSED);
        sent.clear();

        // when it hears of the others
        NodeId unheardOf = new NodeId("n9");
        host.handle(new HostInput.MembershipChanged(Membership.of(6, List.of(SELF, unheardOf))), now);
        // then it asks all of them, and has nothing to complain about
        assertThat(bootstrapped()).containsExactlyInAnyOrder(SELF, unheardOf);
        pass(1_000);
        assertThat(reported()).last().satisfies(status -> {
            assertThat(status.errors()).isEmpty();
            assertThat(status.membershipVersion()).isEqualTo(6);
        });
    }

    private List<NodeId> bootstrapped() {
        return sent.stream()
                .filter(each -> each.message() instanceof WorkerCommand.Bootstrap)
                .map(Sent::to)
                .toList();
    }

    @Test
    @DisplayName(
            "A checkpoint is computed with the heartbeat that lets it rise, and reported at once, or as soon as its pace allows")
    void checkpointsAreReportedAtTheirPace() {
        // given a maintainer that has reported itself
        lead(LEADER, 1);
        run(1);
        pass(200);
        assertThat(reportedCheckpoints()).last().isEqualTo(100L);

        // when heartbeats come, faster than the pace
        now += 100;
        progresses(1, 110, 1);
        assertThat(reportedCheckpoints()).as("without a tick").containsExactly(110L);
        now += 40;
        progresses(1, 120, 2);
        now += 40;
        progresses(1, 130, 3);
        host.handle(new HostInput.Tick(), now);
        // then each counts at once, and what is reported waits, at ticks too
        assertThat(host.inspect(CHANGEFEED).orElseThrow().view().checkpointTs()).isEqualTo(130);
        assertThat(reportedCheckpoints()).isEmpty();

        // and is the latest when the pace allows it, whether or not it has risen further
        now += 20;
        progresses(1, 130, 4);
        assertThat(reportedCheckpoints()).containsExactly(130L);
        now += 10;
        progresses(1, 140, 5);
        pass(100);
        assertThat(reportedCheckpoints()).containsExactly(140L);
    }

    @Test
    @DisplayName("S11: nothing is started before a coordinator has introduced itself, or for another one")
    void onlyTheCoordinatorIsObeyed() {
        assertThat(add(1)).isEqualTo(Disposition.STALE);
        lead(SECOND_LEADER, 1);

        assertThat(add(1)).isEqualTo(Disposition.STALE);
        assertThat(host.changefeeds()).isEmpty();
    }

    @Test
    @DisplayName("L-14: a coordinator with a lower version is ignored, a higher one takes over")
    void higherVersionWins() {
        lead(LEADER, 5);

        assertThat(lead(SECOND_LEADER, 4)).isEqualTo(Disposition.STALE);
        assertThat(add(1)).isEqualTo(Disposition.APPLIED);
        assertThat(lead(SECOND_LEADER, 6)).isEqualTo(Disposition.APPLIED);

        assertThat(add(2)).as("the former leader").isEqualTo(Disposition.STALE);
    }

    @Test
    @DisplayName(
            "L-17: an add with a newer epoch is refused while the present maintainer lives, and accepted after it has closed")
    void replacementNeedsAClosedPredecessor() {
        lead(LEADER, 1);
        DispatcherId trigger = run(1);
        sent.clear();

        assertThat(add(2)).isEqualTo(Disposition.REFUSED);
        assertThat(sent)
                .extracting(Sent::message)
                .contains(new CoordinatorReport.RequestRefused(
                        CHANGEFEED,
                        new MaintainerEpoch(2),
                        new MaintainerEpoch(1),
                        "AddMaintainer",
                        RefusalReason.PRECONDITION_FAILED));
        remove(1, RemovalMode.HANDOFF);
        triggerStops(1, trigger, 150);

        assertThat(add(2)).isEqualTo(Disposition.APPLIED);
        assertThat(host.changefeeds()).containsExactly(CHANGEFEED);
    }

    @Test
    @DisplayName("L-19, R15: an add with the epoch that has closed here, or an older one, starts nothing")
    void lateAddStartsNothing() {
        lead(LEADER, 1);
        DispatcherId trigger = run(3);
        remove(3, RemovalMode.HANDOFF);
        triggerStops(3, trigger, 150);
        request(LEADER, new CoordinatorRequest.AcknowledgeFinalStatus(CHANGEFEED, new MaintainerEpoch(3)));

        assertThat(add(3)).isEqualTo(Disposition.STALE);
        assertThat(add(2)).isEqualTo(Disposition.STALE);
        assertThat(host.changefeeds()).isEmpty();
    }

    @Test
    @DisplayName("An add that is repeated is a duplicate")
    void repeatedAdd() {
        lead(LEADER, 1);
        add(1);

        assertThat(add(1)).isEqualTo(Disposition.DUPLICATE);
    }

    @Test
    @DisplayName(
            "L-21: a removal of an unknown changefeed is answered with CLOSED of that epoch, and a late add of it starts nothing")
    void removalOfAnUnknownChangefeed() {
        lead(LEADER, 1);

        remove(9, RemovalMode.HANDOFF);

        assertThat(reported()).singleElement().satisfies(status -> {
            assertThat(status.phase()).isEqualTo(LifecyclePhase.CLOSED);
            assertThat(status.epoch()).isEqualTo(new MaintainerEpoch(9));
            assertThat(Objects.requireNonNull(status.finalStatus()).checkpointTs())
                    .isZero();
        });
        assertThat(add(9)).isEqualTo(Disposition.STALE);
    }

    @Test
    @DisplayName(
            "L-101, G2, G3: the final status is said at once and repeated until it is acknowledged, with epoch and checkpoint")
    void finalStatusIsRepeatedUntilAcknowledged() {
        lead(LEADER, 1);
        DispatcherId trigger = run(1);
        remove(1, RemovalMode.HANDOFF);
        sent.clear();

        triggerStops(1, trigger, 150);
        assertThat(reported())
                .singleElement()
                .satisfies(status -> assertThat(
                                Objects.requireNonNull(status.finalStatus()).checkpointTs())
                        .isEqualTo(150));
        pass(3_000);
        assertThat(reported())
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(status -> assertThat(status.finalStatus()).isNotNull());
        remove(1, RemovalMode.HANDOFF);
        assertThat(reported()).as("an answer to a repeated removal").hasSize(1);

        request(LEADER, new CoordinatorRequest.AcknowledgeFinalStatus(CHANGEFEED, new MaintainerEpoch(1)));
        pass(3_000);
        assertThat(reported()).isEmpty();
    }

    @Test
    @DisplayName(
            "I-167: a handoff request before bootstrap has ended is answered with NOT_YET, so that the coordinator asks again")
    void handoffBeforeBootstrapIsAnswered() {
        lead(LEADER, 1);
        add(1);
        sent.clear();

        assertThat(remove(1, RemovalMode.HANDOFF)).isEqualTo(Disposition.REFUSED);

        assertThat(sent)
                .extracting(Sent::message)
                .contains(new CoordinatorReport.RequestRefused(
                        CHANGEFEED,
                        new MaintainerEpoch(1),
                        new MaintainerEpoch(1),
                        "RemoveMaintainer",
                        RefusalReason.NOT_YET));
    }

    @Test
    @DisplayName("1.4: a new leader hears of all maintainers here, the closed ones that were not acknowledged included")
    void snapshotForANewLeader() {
        lead(LEADER, 1);
        DispatcherId trigger = run(1);
        remove(1, RemovalMode.HANDOFF);
        triggerStops(1, trigger, 150);
        add(2);
        sent.clear();

        lead(SECOND_LEADER, 2);

        assertThat(sent).singleElement().satisfies(each -> {
            assertThat(each.to()).isEqualTo(SECOND_LEADER);
            assertThat(((CoordinatorReport.HostSnapshot) each.message()).maintainers())
                    .extracting(MaintainerStatus::phase)
                    .containsExactly(LifecyclePhase.CLOSED, LifecyclePhase.BOOTSTRAPPING);
        });
    }

    @Test
    @DisplayName("A report for a changefeed that has no maintainer here is stale, and counted")
    void reportForNobody() {
        lead(LEADER, 1);

        Disposition disposition = report(
                new WorkerReport.BootstrapSnapshot(CHANGEFEED, new MaintainerEpoch(1), 7, 100, List.of(), List.of()));

        assertThat(disposition).isEqualTo(Disposition.STALE);
        assertThat(host.dispositions()).containsEntry("BootstrapSnapshot/STALE", 1L);
    }

    @Test
    @DisplayName("So is what answers a maintainer that has gone")
    void answersForNobody() {
        lead(LEADER, 1);
        SchemaSnapshot tables = new SchemaSnapshot(100, List.of());

        assertThat(host.handle(new HostInput.TablesLoaded(CHANGEFEED, tables), now))
                .isEqualTo(Disposition.STALE);
        run(5);
        assertThat(host.handle(new HostInput.TablesLoaded(CHANGEFEED.in(ReplicationMode.REDO), tables), now))
                .as("of a pipeline that the changefeed does not have")
                .isEqualTo(Disposition.STALE);

        assertThat(host.dispositions()).containsEntry("TablesLoaded/STALE", 2L);
    }

    @Test
    @DisplayName("A removal of an epoch that has not come yet: its late add does not start, whoever is here meanwhile")
    void aRemovalThatOvertakesItsAdd() {
        lead(LEADER, 1);
        DispatcherId trigger = run(5);
        assertThat(remove(6, RemovalMode.CLOSE)).isEqualTo(Disposition.STALE);
        remove(5, RemovalMode.HANDOFF);
        triggerStops(5, trigger, 100);
        assertThat(host.changefeeds()).isEmpty();
        assertThat(add(6)).isEqualTo(Disposition.STALE);
        assertThat(host.changefeeds()).isEmpty();
        assertThat(add(7)).isEqualTo(Disposition.APPLIED);
    }
}
