/** A scheduler that keeps tables on the nodes that they are pinned to by name, and spreads the others evenly. */
package com.example.pinned;
