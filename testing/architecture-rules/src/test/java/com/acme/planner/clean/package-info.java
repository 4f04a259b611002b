/** A plug-in that keeps all rules, and comes close to breaking them. */
@NullMarked
package com.acme.planner.clean;

import org.jspecify.annotations.NullMarked;
