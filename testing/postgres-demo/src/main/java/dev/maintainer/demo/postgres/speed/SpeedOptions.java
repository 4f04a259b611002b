package dev.maintainer.demo.postgres.speed;

import java.nio.file.Path;

/**
 * How much is measured.
 *
 * @param runs how often each side is measured; at least 1
 * @param warmUps how often before that, without counting; at least 0
 * @param rows how many are inserted, copied or read in a run
 * @param transactions of TPC-B in a run
 * @param largeRows how many rows one large transaction has
 * @param tables how many tables there are where most are idle
 * @param fences how many fences, and how many moves
 * @param durable whether servers wait for the disk
 * @param directory where own files are kept
 */
record SpeedOptions(
        int runs,
        int warmUps,
        int rows,
        int transactions,
        int largeRows,
        int tables,
        int fences,
        boolean durable,
        Path directory) {}
