/** Classes of plug-ins that break one rule each, in the forms that are easy to miss. */
@NullMarked
package com.acme.planner.broken;

import org.jspecify.annotations.NullMarked;
