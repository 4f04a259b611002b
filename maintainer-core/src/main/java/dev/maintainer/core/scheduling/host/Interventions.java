package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.operator.Admission;
import dev.maintainer.core.scheduling.planner.SchedulerCommand.Intervene;
import dev.maintainer.core.scheduling.planner.SchedulerCommand.Intervention;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorView;
import java.util.Optional;

/** Lets people do something to operators that are under way, and says what that means before and after. */
final class Interventions {
    private final OperatorController operators;
    private final PlanningLog log;

    Interventions(OperatorController operators, PlanningLog log) {
        this.operators = operators;
        this.log = log;
    }

    void intervene(long number, Intervene command, long nowMillis) {
        Optional<OperatorView> found = operators.operator(command.dispatcher(), nowMillis);
        if (found.isEmpty()) {
            log.refused(number, "no operator drives dispatcher " + command.dispatcher() + "; see 'ctl operators'");
            return;
        }
        OperatorView before = found.get();
        String what = before.type() + " of dispatcher " + before.dispatcher() + " in " + before.phase();
        if (command.dryRun()) {
            log.done(number, "nothing was done; " + what + ": " + meaning(command.intervention()), null);
            return;
        }
        Admission admission = switch (command.intervention()) {
            case RETRY -> operators.retry(command.dispatcher(), nowMillis);
            case CANCEL -> operators.cancel(command.dispatcher(), nowMillis);
            case RELEASE -> operators.release(command.dispatcher(), nowMillis);
        };
        if (admission instanceof Admission.Refused refused) {
            log.refused(number, refused.reason() + ": " + what + " cannot be " + past(command.intervention()));
        } else {
            log.done(
                    number,
                    what + " is " + past(command.intervention()) + "; "
                            + operators
                                    .operator(command.dispatcher(), nowMillis)
                                    .map(after -> "it is in " + after.phase() + " now")
                                    .orElse("it has ended"),
                    null);
        }
    }

    private static String meaning(Intervention intervention) {
        return switch (intervention) {
            case RETRY -> "its command would be sent again, which harms nothing";
            case CANCEL ->
                "it would turn back and end when nothing of it can run any more; its spans are then placed as any other."
                        + " To undo that, begin it again";
            case RELEASE ->
                "it would wait no longer for its node, as if that had died. If the dispatcher runs there all the same,"
                        + " two write at once; that cannot be undone";
        };
    }

    private static String past(Intervention intervention) {
        return switch (intervention) {
            case RETRY -> "retried";
            case CANCEL -> "cancelled";
            case RELEASE -> "released";
        };
    }
}
