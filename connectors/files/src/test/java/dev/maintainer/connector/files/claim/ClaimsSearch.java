package dev.maintainer.connector.files.claim;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A few processes that open, write and report spans of one table at the same time, and a reader. After each step of anybody's,
 * another one may have its turn. One seed is one history.
 */
final class ClaimsSearch {
    private static final String TABLE = "1";
    private static final SpanBound MIDDLE = SpanBound.before("m");
    private static final List<TableSpan> SPANS = List.of(
            TableSpan.whole(new TableId(1)),
            new TableSpan(new TableId(1), SpanBound.LOWEST, MIDDLE),
            new TableSpan(new TableId(1), MIDDLE, SpanBound.HIGHEST));
    private static final int READINGS = 4;

    /** Makes the claims of a process, perhaps with something wrong. */
    interface Variant {
        Claims of(ModelDisk.View files, String process) throws IOException;
    }

    /** An opening that has returned. */
    private record Opened(Claim claim) {}

    private final SplittableRandom random;
    private final Variant variant;
    private final ModelDisk disk;
    private final Map<SegmentName, Long> reported = new HashMap<>();
    private final Map<SegmentName, Long> counted = new HashMap<>();
    private final List<Opened> opened = new ArrayList<>();
    private int reports;
    private int rolls;

    ClaimsSearch(long seed, Variant variant) {
        this.random = new SplittableRandom(seed);
        this.variant = variant;
        this.disk = new ModelDisk(random.split(), random.nextInt(2) == 0 ? 0 : 6);
    }

    /** Runs one history; how many reports there were. */
    int run() throws Throwable {
        Interleaving interleaving = new Interleaving(random.split());
        int processes = 2 + random.nextInt(2);
        List<Interleaving.Turns> turns = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            turns.add(interleaving.add("p" + i));
        }
        Interleaving.Turns reading = interleaving.add("reader");
        for (int i = 0; i < processes; i++) {
            ModelDisk.View files = disk.new View(turns.get(i));
            String name = "p" + i;
            SplittableRandom choices = random.split();
            long epoch = 1L + choices.nextInt(2);
            interleaving.start(turns.get(i), () -> work(name, epoch, files, choices));
        }
        ModelDisk.View files = disk.new View(reading);
        interleaving.start(reading, () -> {
            for (int i = 0; i < READINGS; i++) {
                read(files, false);
            }
        });
        interleaving.run();
        checkDense();
        Interleaving after = new Interleaving(random.split());
        Interleaving.Turns last = after.add("last reader");
        after.start(last, () -> read(disk.new View(last), true));
        after.run();
        return reports;
    }

    private void work(String process, long epoch, ModelDisk.View files, SplittableRandom choices) throws IOException {
        Claims claims = variant.of(files, process);
        for (int openings = 1 + choices.nextInt(3); openings > 0; openings--) {
            Opening opening = open(claims, epoch, choices);
            if (opening == null) {
                return;
            }
            try {
                for (int writes = choices.nextInt(4); writes > 0; writes--) {
                    write(claims, opening, process + " " + writes + "\n");
                    if (choices.nextInt(4) == 0) {
                        opening = roll(claims, opening, epoch);
                    }
                }
            } catch (IOException e) {
                // As a dispatcher that is opened anew after it has failed; with some bad luck it writes once more.
                tryAgain(claims, opening);
            }
            if (choices.nextInt(3) == 0) {
                claims.close(opening);
            }
        }
        if (choices.nextInt(3) == 0) {
            claims.leave();
        }
    }

    /** One that is superseded writes on, to no avail. */
    private Opening roll(Claims claims, Opening present, long epoch) throws IOException {
        Optional<Opening> rolled;
        try {
            rolled = claims.roll(present, epoch, () -> {});
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.SINK_FENCED) {
                throw e;
            }
            return present;
        }
        if (rolled.isEmpty()) {
            return present;
        }
        Opening next = rolled.get();
        for (Opened other : opened) {
            if (present.claim().yieldsTo(other.claim()) && other.claim().yieldsTo(next.claim())) {
                throw new AssertionError(
                        present.name() + " was superseded by " + other + " and supersedes it by " + next.name());
            }
        }
        opened.add(new Opened(next.claim()));
        rolls++;
        return next;
    }

    /** How often another log was begun. */
    int rolls() {
        return rolls;
    }

    private void tryAgain(Claims claims, Opening opening) throws IOException {
        write(claims, opening, "again\n");
    }

    private @Nullable Opening open(Claims claims, long epoch, SplittableRandom choices) throws IOException {
        try {
            Opening opening =
                    claims.open(SPANS.get(choices.nextInt(SPANS.size())), "d" + choices.nextInt(2), epoch, () -> {});
            for (Opened other : opened) {
                Claim claim = opening.claim();
                boolean overlaps = claim.span().overlaps(other.claim().span());
                boolean wrong = claim.seq() > other.claim().seq()
                        ? claim.epoch() < other.claim().epoch()
                        : claim.epoch() > other.claim().epoch();
                if (overlaps && wrong) {
                    throw new AssertionError("a lower epoch was opened after a higher one: " + claim + ", " + other);
                }
            }
            opened.add(new Opened(opening.claim()));
            return opening;
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.SINK_FENCED) {
                throw e;
            }
            return null;
        }
    }

    private void write(Claims claims, Opening opening, String text) throws IOException {
        boolean superseded = opened.stream()
                .anyMatch(other -> opening.claim().seq() < other.claim().seq()
                        && opening.claim().span().overlaps(other.claim().span()));
        if (claims.write(opening, text)) {
            if (superseded) {
                throw new AssertionError(opening.name() + " reports, and was superseded before it wrote");
            }
            reported.merge(opening.name(), opening.written().length(), Math::max);
            reports++;
        }
    }

    private void read(ModelDisk.View files, boolean last) throws IOException {
        CountedLogs logs = new CountedLogs(files);
        for (String claim : new TreeSet<>(names(files))) {
            if (!claim.endsWith(SegmentName.CLAIM)) {
                continue;
            }
            SegmentName name = new SegmentName(
                    TABLE, SegmentName.seqOf(claim, SegmentName.CLAIM).orElseThrow());
            long least = reported.getOrDefault(name, 0L);
            Optional<Extent> extent = logs.of(name);
            if (!disk.hasFailed(name.file(SegmentName.LOG))) {
                least = Math.max(least, counted.getOrDefault(name, 0L));
            }
            if (extent.isPresent() && extent.get().length() < least) {
                throw new AssertionError("of " + name + " " + extent.get().length() + " bytes count, and " + least
                        + " were reported, or counted before");
            }
            extent.ifPresent(found -> counted.put(name, found.length()));
            if (last && extent.isEmpty()) {
                throw new AssertionError(name + " is noted and never sealed");
            }
        }
    }

    private static Set<String> names(ModelDisk.View files) {
        try {
            return files.listFresh(SegmentName.directory(TABLE));
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    private void checkDense() {
        long expected = 1;
        for (long seq : disk.names(SegmentName.directory(TABLE)).stream()
                .mapToLong(name -> SegmentName.seqOf(name, SegmentName.CLAIM).orElse(0))
                .filter(seq -> seq > 0)
                .sorted()
                .toArray()) {
            if (seq != expected++) {
                throw new AssertionError("claim " + (expected - 1) + " is missing");
            }
        }
    }
}
