package dev.maintainer.core.scheduling.host;

import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The scheduler whose plans are compared and not carried out, if there is one. What it does wrong costs nobody else. */
final class Shadowing {
    /** One that fails so often in a row is sent away. */
    private static final int MOST_FAULTS = 3;

    private final PlanningLog log;
    private final Consumer<String> changed;
    private @Nullable String name;
    private int faults;

    /**
     * Nobody is compared.
     *
     * @param changed is told, for people, when that changes
     */
    Shadowing(PlanningLog log, Consumer<String> changed) {
        this.log = log;
        this.changed = changed;
    }

    @Nullable
    String name() {
        return name;
    }

    /** Whose plan is to be compared with that of another scheduler; null if nobody's. */
    @Nullable
    String beside(@Nullable String scheduler) {
        return name == null || name.equals(scheduler) ? null : name;
    }

    /** From now on this one; null for nobody. Returns what that means, for people. */
    String choose(@Nullable String scheduler) {
        name = scheduler;
        faults = 0;
        log.shadowChanged();
        changed.accept(scheduler == null ? "without a shadow now" : "with '" + scheduler + "' as its shadow");
        return scheduler == null ? "no shadow any more" : "'" + scheduler + "' is compared from now on";
    }

    /** It has answered; null if it had nothing to say. Returns whether there was something to compare. */
    boolean answered(@Nullable ShadowAnswer answer) {
        if (answer == null || !answer.shadow().equals(name)) {
            return false;
        }
        log.compared(answer);
        faults = answer.failure() == null ? 0 : faults + 1;
        if (faults >= MOST_FAULTS) {
            dismiss(MOST_FAULTS + " failures in a row, the last: " + answer.failure());
        }
        return true;
    }

    /** Nobody is compared any more, for a reason. */
    void dismiss(String why) {
        String dismissed = name;
        name = null;
        faults = 0;
        changed.accept("without its shadow '" + dismissed + "' now: " + why);
    }
}
