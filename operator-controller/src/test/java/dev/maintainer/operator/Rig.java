package dev.maintainer.operator;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A controller with a fake registry and a log of everything that it puts out. */
final class Rig implements OperatorOutput {
    static final OperatorTimings TIMINGS = new OperatorTimings(10_000, 30_000);
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId C = new NodeId("c");

    final FakeSpans spans = new FakeSpans();
    final NavigableSet<NodeId> alive = new TreeSet<>(List.of(A, B, C));
    /** These get no spans any more. */
    final NavigableSet<NodeId> drained = new TreeSet<>();

    AdmissionPolicy policy = AdmissionPolicy.OPEN;
    final OperatorController controller =
            new OperatorController(spans, this, alive::contains, TIMINGS, new AdmissionPolicy() {
                @Override
                public Optional<RefusalReason> refusal(DispatcherId dispatcher, OperatorType type) {
                    return policy.refusal(dispatcher, type);
                }

                @Override
                public boolean mayGetSpans(NodeId node) {
                    return !drained.contains(node);
                }
            });
    long now;
    /** Called from inside every output, with the text that was logged. */
    Consumer<String> onOutput = text -> {};

    private final List<String> log = new ArrayList<>();

    static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    /** Quiesces; returns the whole manifest. */
    HandoffManifest quiesce(QuiesceAllowlist allowlist) {
        controller.quiesce(allowlist);
        controller.writeManifest(Integer.MAX_VALUE);
        return controller.manifest();
    }

    private void log(String text) {
        log.add(text);
        onOutput.accept(text);
    }

    @Override
    public void send(
            DispatcherId dispatcher,
            @Nullable DrivenSpan span,
            OperatorType intent,
            OperatorCommand command,
            long request) {
        String verb = command instanceof OperatorCommand.Create
                ? "create on "
                : command instanceof OperatorCommand.Merge merge
                        ? "merge "
                                + merge.sources().stream()
                                        .map(DispatcherId::low)
                                        .toList() + " on "
                        : "remove on ";
        log("#" + dispatcher.low() + " " + intent + ": " + verb + command.node());
    }

    @Override
    public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
        log("#" + dispatcher.low() + " " + type + ": finished");
    }

    @Override
    public void stuck(OperatorView operator) {
        log("#" + operator.dispatcher().low() + " " + operator.type() + ": stuck in " + operator.phase());
    }

    /** What was put out since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(log);
        log.clear();
        return taken;
    }

    void reported(NodeId from, long n, ComponentState state) {
        controller.reported(from, id(n), state, now);
    }

    /** The nodes leave the membership, and the controller is told. */
    void die(NodeId... nodes) {
        SortedSet<NodeId> dead = new TreeSet<>(List.of(nodes));
        alive.removeAll(dead);
        controller.nodesDied(dead, now);
    }

    /** What a DROP TABLE does: operators first, the spans last. */
    void drop(long... ns) {
        List<DispatcherId> ids = new ArrayList<>();
        for (long n : ns) {
            ids.add(id(n));
        }
        controller.removeForDdl(ids, now);
        ids.forEach(spans::remove);
    }

    void tickAt(long millis) {
        now = millis;
        controller.tick(millis);
    }

    /** The phase of a dispatcher's operator; "none" if it has none. */
    String phase(long n) {
        return controller.operators(now).stream()
                .filter(view -> view.dispatcher().equals(id(n)))
                .map(view -> view.type() + " " + view.phase())
                .findFirst()
                .orElse("none");
    }

    String span(long n) {
        return spans.describe(id(n));
    }

    /** A span that runs on A and moves to B; the log is empty afterwards. */
    static Rig moving() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.controller.move(id(1), A, B, rig.now);
        rig.take();
        return rig;
    }

    /** Three parts of a table that run on A, as #1, #2 and #3, at 100, 101 and 102. */
    static Rig divided() {
        Rig rig = new Rig();
        rig.spans.addParts(A, 100, List.of(id(1), id(2), id(3)), "g", "p");
        return rig;
    }

    /** The three parts are being merged into #9; the log is empty afterwards. */
    static Rig merging() {
        Rig rig = divided();
        rig.controller.merge(id(9), List.of(id(1), id(2), id(3)), A, rig.now);
        rig.take();
        return rig;
    }

    /** Table 7, whole, runs on A as #1 at 100 and is split into #2, #3 and #4; the log is empty afterwards. */
    static Rig splitting(@Nullable NodeId... targets) {
        Rig rig = new Rig();
        rig.spans.addParts(A, 100, List.of(id(1)));
        rig.controller.split(id(1), A, parts(targets), rig.now);
        rig.take();
        return rig;
    }

    static List<SpanPart> parts(@Nullable NodeId... targets) {
        List<TableSpan> ranges = FakeSpans.rangesOf("g", "p");
        List<SpanPart> parts = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            parts.add(new SpanPart(id(2 + i), ranges.get(i), targets.length == 0 ? null : targets[i]));
        }
        return parts;
    }

    /** A span that is being placed on B; the log is empty afterwards. */
    static Rig adding() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.controller.add(id(1), B, rig.now);
        rig.take();
        return rig;
    }
}
