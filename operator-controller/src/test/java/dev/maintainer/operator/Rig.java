package dev.maintainer.operator;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A controller with a fake registry and a log of everything that it puts out. */
final class Rig implements OperatorOutput {
    static final OperatorTimings TIMINGS = new OperatorTimings(10_000, 30_000);
    static final NodeId A = new NodeId("a");
    static final NodeId B = new NodeId("b");
    static final NodeId C = new NodeId("c");

    final FakeSpans spans = new FakeSpans();
    final NavigableSet<NodeId> alive = new TreeSet<>(List.of(A, B, C));
    AdmissionPolicy policy = AdmissionPolicy.OPEN;
    final OperatorController controller = new OperatorController(
            spans, this, alive::contains, TIMINGS, (dispatcher, type) -> policy.refusal(dispatcher, type));
    long now;
    /** Called from inside every output, with the text that was logged. */
    Consumer<String> onOutput = text -> {};

    private final List<String> log = new ArrayList<>();

    static DispatcherId id(long n) {
        return new DispatcherId(1, n);
    }

    private void log(String text) {
        log.add(text);
        onOutput.accept(text);
    }

    @Override
    public void send(DispatcherId dispatcher, OperatorType intent, OperatorCommand command, long request) {
        String verb = command instanceof OperatorCommand.Create ? "create on " : "remove on ";
        log("#" + dispatcher.low() + " " + intent + ": " + verb + command.node());
    }

    @Override
    public void finished(DispatcherId dispatcher, OperatorType type) {
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

    /** A span that is being placed on B; the log is empty afterwards. */
    static Rig adding() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.controller.add(id(1), B, rig.now);
        rig.take();
        return rig;
    }
}
