/** What a self-audit finds: structures that contradict each other, which is always a bug of ours. */
@NullMarked
package dev.maintainer.api.audit;

import org.jspecify.annotations.NullMarked;
