package dev.maintainer.api.model;

/**
 * A table as the schema store knows it.
 *
 * @param splittable whether it may be divided into several spans
 */
public record TableInfo(TableId table, SchemaId schema, boolean splittable) {}
