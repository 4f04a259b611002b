/** A durable file sink: one segment log per opening of a dispatcher, fenced by epoch, turned into tables at the end. */
@NullMarked
package dev.maintainer.connector.files;

import org.jspecify.annotations.NullMarked;
