/** What the documents and examples for authors of plug-ins promise, done as they say. */
@NullMarked
package dev.maintainer.it.guide;

import org.jspecify.annotations.NullMarked;
