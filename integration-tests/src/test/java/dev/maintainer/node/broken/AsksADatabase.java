package dev.maintainer.node.broken;

import org.postgresql.util.PSQLException;

/** A command line that knows the driver of a database. */
public record AsksADatabase(PSQLException used) {}
