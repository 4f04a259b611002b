/** The admin interface of a cluster of processes: every node answers, or forwards once. */
@NullMarked
package dev.maintainer.admin.cluster;

import org.jspecify.annotations.NullMarked;
