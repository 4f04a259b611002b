package dev.maintainer.api.lifecycle;

import java.util.List;

/** What an old owner knew and its successor cannot see: the operators that were frozen by quiesce, by dispatcher id. */
public record HandoffManifest(List<FrozenOperator> frozen) {
    /** Nothing was in flight. */
    public static final HandoffManifest EMPTY = new HandoffManifest(List.of());

    /** Copies the list. */
    public HandoffManifest {
        frozen = List.copyOf(frozen);
    }
}
