/** Records as bytes: the only place that knows the generated classes of records. */
@NullMarked
package dev.maintainer.cluster.zookeeper.record;

import org.jspecify.annotations.NullMarked;
