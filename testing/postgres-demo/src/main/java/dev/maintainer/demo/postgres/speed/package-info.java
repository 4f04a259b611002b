/** What replication from PostgreSQL to PostgreSQL costs, beside what the servers do by themselves, in one run. */
@NullMarked
package dev.maintainer.demo.postgres.speed;

import org.jspecify.annotations.NullMarked;
