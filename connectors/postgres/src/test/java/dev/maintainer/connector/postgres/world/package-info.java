/**
 * A world of one database that is read and one that is written, in memory, under one seed: the classes of the product between
 * two models of servers.
 */
@NullMarked
package dev.maintainer.connector.postgres.world;

import org.jspecify.annotations.NullMarked;
