@NullMarked
package dev.maintainer.node.server;

import org.jspecify.annotations.NullMarked;
