/** What both admin interfaces need of HTTP. */
@NullMarked
package dev.maintainer.admin.http;

import org.jspecify.annotations.NullMarked;
