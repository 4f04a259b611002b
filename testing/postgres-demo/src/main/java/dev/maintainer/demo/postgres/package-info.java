/** A demonstration: a live database is copied and followed while the cluster that does it is disturbed. */
@NullMarked
package dev.maintainer.demo.postgres;

import org.jspecify.annotations.NullMarked;
