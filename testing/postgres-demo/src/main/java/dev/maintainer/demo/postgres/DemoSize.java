package dev.maintainer.demo.postgres;

/**
 * How large a demonstration is.
 *
 * @param nodes how many processes replicate
 * @param seconds how long applications write at least; all that happens, happens again until then
 * @param accounts rows of the largest table
 * @param clients applications that write payments
 */
record DemoSize(int nodes, int seconds, int accounts, int clients) {}
