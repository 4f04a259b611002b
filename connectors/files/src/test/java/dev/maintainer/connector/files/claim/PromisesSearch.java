package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A few owners, one after the other and at the same time, that promise more and more, in one history for each seed. */
final class PromisesSearch {
    /** So few that somebody who stands still finds his number deleted. */
    static final int KEPT = 1;

    /** Makes the promises of a process, perhaps with something wrong. */
    interface Variant {
        Promises of(ModelDisk.View files);
    }

    private final SplittableRandom random;
    private final Variant variant;
    private final ModelDisk disk;
    /** The most that anybody was told to be promised. */
    private Promise told = Promise.NONE;
    /** The latest owner that was heard of, and what was promised then. */
    private Promise fenced = Promise.NONE;
    /** The most that this owner and later ones have asked for since. */
    private long asked;

    private int reports;

    PromisesSearch(long seed, Variant variant) {
        this.random = new SplittableRandom(seed);
        this.variant = variant;
        this.disk = new ModelDisk(random.split(), 0);
    }

    /** Runs one history; how many promises were reported. */
    int run() throws Throwable {
        Interleaving interleaving = new Interleaving(random.split());
        List<Interleaving.Turns> turns = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            turns.add(interleaving.add("p" + i));
        }
        for (int i = 0; i < 3; i++) {
            ModelDisk.View files = disk.new View(turns.get(i));
            SplittableRandom choices = random.split();
            long epoch = 1L + choices.nextInt(3);
            interleaving.start(turns.get(i), () -> own(epoch, files, choices));
        }
        interleaving.run();
        if (disk.names(Promises.DIRECTORY).size() > KEPT + 1 + 3) {
            throw new AssertionError("too many files: " + disk.names(Promises.DIRECTORY));
        }
        Interleaving after = new Interleaving(random.split());
        Interleaving.Turns last = after.add("reader");
        after.start(last, () -> checkKept(variant.of(disk.new View(last)).raise(1_000, 0, 0)));
        after.run();
        return reports;
    }

    private void own(long epoch, ModelDisk.View files, SplittableRandom choices) throws IOException {
        Promises promises = variant.of(files);
        Promise before = told;
        Promise fence = promises.raise(epoch, 0, 0);
        if (fence.epoch() > epoch) {
            return;
        }
        checkKept(fence, before);
        if (epoch > fenced.epoch()) {
            fenced = fence;
            asked = 0;
        }
        long wanted = fence.resolvedTs();
        for (int times = choices.nextInt(12); times > 0; times--) {
            wanted += 1 + choices.nextInt(20);
            if (epoch >= fenced.epoch()) {
                asked = Math.max(asked, wanted);
            }
            Promise now = promises.raise(epoch, wanted, wanted);
            if (now.epoch() > epoch) {
                return;
            }
            if (now.resolvedTs() < wanted) {
                throw new AssertionError("asked for " + wanted + " and told " + now);
            }
            told = now.raised(now.epoch(), told.checkpointTs(), told.resolvedTs());
            reports++;
        }
    }

    /** What anybody was told to be promised stays promised. */
    private void checkKept(Promise now) {
        checkKept(now, told);
        long most = Math.max(asked, fenced.resolvedTs());
        if (now.resolvedTs() > most) {
            throw new AssertionError("owner " + fenced + " and its successors have asked for " + asked
                    + " at the most, and " + now + " is promised");
        }
    }

    private static void checkKept(Promise now, Promise before) {
        if (now.resolvedTs() < before.resolvedTs()) {
            throw new AssertionError(before + " was promised, and now " + now);
        }
    }
}
