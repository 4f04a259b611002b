package dev.maintainer.api.audit;

import dev.maintainer.api.annotation.Stability;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects what an audit finds. A single bug may break a million spans, so findings beyond a limit are only counted.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class Findings {
    private static final int LIMIT = 100;

    private final List<Finding> found = new ArrayList<>();
    private int dropped;

    /** Starts without findings. */
    public Findings() {}

    /**
     * Records a contradiction unless {@code holds}; the text is made of the parts, one after the other.
     *
     * @param holds whether the invariant holds; if so, nothing else is looked at
     * @param invariant its name, as a {@link Finding} carries it
     * @param text what contradicts it, in parts that are joined only if it does; a part may be null
     */
    public void require(boolean holds, String invariant, @Nullable Object... text) {
        if (!holds) {
            StringBuilder joined = new StringBuilder();
            for (@Nullable Object part : text) {
                joined.append(part);
            }
            add(new Finding(invariant, joined.toString()));
        }
    }

    /**
     * Adds what a part has found.
     *
     * @param findings in the order of finding
     */
    public void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    private void add(Finding finding) {
        if (found.size() < LIMIT) {
            found.add(finding);
        } else {
            dropped++;
        }
    }

    /**
     * What was found, in the order of finding; the last one says how many more there are.
     *
     * @return a new list; at most 100 findings, and one about the rest if there were more
     */
    public List<Finding> all() {
        List<Finding> all = new ArrayList<>(found);
        if (dropped > 0) {
            all.add(new Finding("AUDIT", dropped + " more findings"));
        }
        return all;
    }
}
