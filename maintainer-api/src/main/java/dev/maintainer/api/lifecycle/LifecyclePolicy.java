package dev.maintainer.api.lifecycle;

import static dev.maintainer.api.lifecycle.Permission.ALLOWED;
import static dev.maintainer.api.lifecycle.Permission.NEVER;
import static dev.maintainer.api.lifecycle.Permission.NOT_YET;
import static dev.maintainer.api.lifecycle.Permission.ONLY_IN_CLOSE;

import dev.maintainer.api.annotation.Stability;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one table that decides what a maintainer may do: lifecycle phase x action. All code that acts consults it, and
 * the gate through which commands leave consults it again.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public final class LifecyclePolicy {
    private static final Map<LifecycleAction, Map<LifecyclePhase, Permission>> TABLE = table();

    private LifecyclePolicy() {}

    private static Map<LifecycleAction, Map<LifecyclePhase, Permission>> table() {
        Map<LifecycleAction, Map<LifecyclePhase, Permission>> rows = new EnumMap<>(LifecycleAction.class);
        // Columns: BOOTSTRAPPING, RUNNING, REMOVING, CLOSED.
        row(rows, LifecycleAction.ADMIT_OPERATOR, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.ADMIT_TRIGGER_CLOSE, NOT_YET, ALLOWED, ALLOWED, NEVER);
        row(rows, LifecycleAction.RUN_OPERATOR, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.RUN_TRIGGER_CLOSE, NOT_YET, ALLOWED, ALLOWED, NEVER);
        row(rows, LifecycleAction.PLAN, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.SELF_HEAL, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.REACT_TO_MEMBERSHIP, ALLOWED, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.SEND_BOOTSTRAP, ALLOWED, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.SEND_POST_BOOTSTRAP, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.HANDLE_BLOCK_STATUS, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.FORWARD_REDO, NOT_YET, ALLOWED, NEVER, NEVER);
        row(rows, LifecycleAction.SEND_CLOSE, NOT_YET, NOT_YET, ONLY_IN_CLOSE, NEVER);
        row(rows, LifecycleAction.STORE_PROGRESS, NOT_YET, ALLOWED, ALLOWED, NEVER);
        row(rows, LifecycleAction.STORE_ERRORS, ALLOWED, ALLOWED, ALLOWED, NEVER);
        return rows;
    }

    private static void row(
            Map<LifecycleAction, Map<LifecyclePhase, Permission>> rows,
            LifecycleAction action,
            Permission bootstrapping,
            Permission running,
            Permission removing,
            Permission closed) {
        Map<LifecyclePhase, Permission> row = new EnumMap<>(LifecyclePhase.class);
        row.put(LifecyclePhase.BOOTSTRAPPING, bootstrapping);
        row.put(LifecyclePhase.RUNNING, running);
        row.put(LifecyclePhase.REMOVING, removing);
        row.put(LifecyclePhase.CLOSED, closed);
        rows.put(action, row);
    }

    /**
     * What the policy says.
     *
     * @param phase the maintainer's phase
     * @param action what it wants to do
     * @return whether, and under which condition, it may
     */
    public static Permission permission(LifecyclePhase phase, LifecycleAction action) {
        Permission cell = TABLE.getOrDefault(action, Map.of()).get(phase);
        if (cell == null) {
            throw new IllegalStateException("no policy for " + action + " in " + phase);
        }
        return cell;
    }

    /**
     * Whether the action may happen now.
     *
     * @param phase the maintainer's phase
     * @param removal the mode of the removal in progress; null if there is none
     * @param action what the maintainer wants to do
     * @return whether it may do so now
     */
    public static boolean allows(LifecyclePhase phase, @Nullable RemovalMode removal, LifecycleAction action) {
        Permission cell = permission(phase, action);
        return cell == ALLOWED || (cell == ONLY_IN_CLOSE && removal != null && removal.closesDispatchers());
    }
}
