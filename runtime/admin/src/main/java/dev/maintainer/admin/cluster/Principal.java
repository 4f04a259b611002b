package dev.maintainer.admin.cluster;

/**
 * Somebody who is known.
 *
 * @param name for people and for what is written down
 * @param role what they may do
 */
record Principal(String name, ApiRole role) {}
