package com.acme.planner.broken;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/** P4. */
final class StartsThreads {
    long subtype(List<String> names) {
        return names.parallelStream().count();
    }

    Stream<String> parallel(Stream<String> names) {
        return names.parallel();
    }

    void thread() {
        new Thread(() -> {}).start();
    }

    void pool(ForkJoinPool pool) {
        pool.execute(() -> {});
    }

    CompletableFuture<Integer> future() {
        return CompletableFuture.supplyAsync(() -> 1);
    }

    void sleep() throws InterruptedException {
        TimeUnit.SECONDS.sleep(1);
    }

    void lock(ReentrantLock lock) {
        lock.lock();
    }

    ThreadLocal<Integer> local() {
        return ThreadLocal.withInitial(() -> 1);
    }

    void wakes() {
        notifyAll();
    }
}
