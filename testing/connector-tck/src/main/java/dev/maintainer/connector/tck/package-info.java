/**
 * The conformance kits of sources and sinks. A connector's own test extends {@link dev.maintainer.connector.tck.SinkContract} or
 * {@link dev.maintainer.connector.tck.SourceContract} and gives it a laboratory; each test is one rule, by number.
 */
@NullMarked
package dev.maintainer.connector.tck;

import org.jspecify.annotations.NullMarked;
