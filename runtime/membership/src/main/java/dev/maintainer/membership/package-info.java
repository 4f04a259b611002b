/**
 * Who is a member, who leads, and who may write. {@link dev.maintainer.membership.ClusterMembership} is what a process
 * runs; all its parts are pure machines that take the time as an argument.
 */
@NullMarked
package dev.maintainer.membership;

import org.jspecify.annotations.NullMarked;
