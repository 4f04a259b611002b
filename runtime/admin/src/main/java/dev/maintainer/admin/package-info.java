/** The admin interface of a running node: a Java API, and the same over loopback HTTP with a token. */
@NullMarked
package dev.maintainer.admin;

import org.jspecify.annotations.NullMarked;
