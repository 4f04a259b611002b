/** What the roles need from their environment. Implemented by a runtime, by the simulator, and by fakes in tests. */
@NullMarked
package dev.maintainer.api.port;

import org.jspecify.annotations.NullMarked;
