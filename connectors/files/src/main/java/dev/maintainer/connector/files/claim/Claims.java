package dev.maintainer.connector.files.claim;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one process claims of a sink. Any number of processes may do so in one directory, without a lock and without a clock:
 *
 * <ol>
 *   <li>Who opens a span links the next claim of its table. The link decides who is first.
 *   <li>Then it looks whether a later epoch was fenced meanwhile, and makes its claim void if so.
 *   <li>Of each earlier claim that overlaps it leaves a note for the process of that claim, <em>then</em> measures its log, and
 *       seals it at that length. The first seal counts.
 *   <li>Who has written makes that durable, <em>then</em> looks for notes, and reports only if there is none.
 * </ol>
 *
 * <p>So whatever was reported is below the seal. A process whose directory of notes is gone is superseded as a whole.
 *
 * <p>Thread-safe. The steps are methods of their own, so that tests can take one away.
 */
public class Claims {
    /** Name of the directory with one directory of notes for each process. */
    public static final String SUPERSEDED = "superseded";
    /** Name of the directory with one directory of epochs for each changefeed. */
    public static final String EPOCHS = Epochs.DIRECTORY;

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
    private static final int STRIPES = 64;
    /** Closed logs whose length is remembered, so that they need not be read when they are sealed. */
    private static final int REMEMBERED = 10_000;

    private final SharedFiles files;
    private final String changefeed;
    private final Epochs epochs;
    private final String process;
    private final String notes;
    private final Lock[] stripes = new Lock[STRIPES];
    private final Map<SegmentName, Opening> open = new ConcurrentHashMap<>();
    private final Map<SegmentName, Extent> closed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SegmentName, Extent> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final Looks looks;
    private volatile boolean entered;

    /**
     * Claims for one changefeed by one process.
     *
     * @param epochs name of a directory for the epochs of the changefeed
     * @param process names this object among all that ever open the sink; plain characters of a file name
     * @throws IOException if the directory cannot be read
     */
    public Claims(SharedFiles files, String changefeed, String epochs, String process) throws IOException {
        if (!Claim.isProcess(process)) {
            throw new IllegalArgumentException("'" + process + "' cannot be the name of a process");
        }
        this.files = files;
        this.changefeed = changefeed;
        this.epochs = new Epochs(files, epochs, process);
        this.process = process;
        this.notes = SUPERSEDED + "/" + process;
        this.looks = new Looks(this::lookForNotes);
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new ReentrantLock();
        }
    }

    /** The latest epoch that is known to be fenced; 0 for none. */
    public long epoch() {
        return epochs.latest();
    }

    /** Whether it has claimed something, or may at any moment. */
    public boolean isEntered() {
        return entered;
    }

    /** Where the notes for this process are. */
    public String notes() {
        return notes;
    }

    private synchronized void enter() throws IOException {
        if (!entered) {
            files.makeDirectory(notes);
            entered = true;
        }
    }

    /** Nothing is written any more; what was opened is over. The notes for this process go. */
    public synchronized void leave() throws IOException {
        open.values().forEach(Opening::end);
        open.clear();
        entered = false;
        files.remove(notes);
        files.delete(SUPERSEDED);
    }

    /**
     * Makes an epoch known to all processes, durably.
     *
     * @throws MaintainerException with {@code SINK_FENCED} if there is a later one
     */
    public void fence(long wanted) throws IOException, MaintainerException {
        if (wanted != epochs.latest()) {
            enter();
            epochs.fence(wanted);
        }
    }

    /**
     * Claims a span. All earlier claims that overlap are superseded when this returns.
     *
     * @param dispatcher who is going to write; for people
     * @param accepted the epoch under which that is
     * @param closing makes sure that nothing is written by the opening any more; called at most once for each later claim of
     *     this process
     * @throws MaintainerException with {@code SINK_FENCED} if a later epoch was fenced; nothing is superseded then
     */
    public Opening open(TableSpan span, String dispatcher, long accepted, Runnable closing)
            throws IOException, MaintainerException {
        epochs.refuseEarlier(accepted);
        fence(accepted);
        enter();
        String table = span.table().toString();
        Lock stripe = stripes[Math.floorMod(table.hashCode(), STRIPES)];
        Opening opening;
        Set<String> before;
        stripe.lock();
        try {
            files.makeDirectory(SegmentName.directory(table));
            before = files.list(SegmentName.directory(table));
            opening = claim(span, dispatcher, accepted, closing, before);
        } finally {
            stripe.unlock();
        }
        boolean established = false;
        try {
            refuseOvertaken(accepted);
            supersedeEarlier(opening, before);
            established = true;
            return opening;
        } finally {
            if (!established) {
                giveUp(opening);
            }
        }
    }

    /**
     * Goes on in another log: claims the span of an opening again, unless somebody may have superseded that. Whoever is
     * superseded and does not know it yet must not supersede its successor, so after its link it looks at each claim in between.
     *
     * @param present has been opened here, and its writer writes nothing meanwhile
     * @param accepted the epoch under which that is
     * @param closing as for {@link #open}
     * @return what to write by from now on; empty if the present one may be superseded: it stays as it is, and whether that
     *     is so, its next write finds out as any other
     * @throws MaintainerException with {@code SINK_FENCED} if a later epoch was fenced; the present one stays as it is
     */
    public Optional<Opening> roll(Opening present, long accepted, Runnable closing)
            throws IOException, MaintainerException {
        epochs.refuseEarlier(accepted);
        boolean decided = false;
        try {
            Opening next = claimAgain(present, accepted, closing);
            Optional<Opening> rolled = replace(present, next, accepted);
            decided = true;
            return rolled;
        } catch (MaintainerException e) {
            decided = true;
            throw e;
        } finally {
            if (!decided) {
                // It may be sealed: nothing that is written to it from now on is sure to count.
                fail(present);
            }
        }
    }

    private Opening claimAgain(Opening present, long accepted, Runnable closing) throws IOException {
        Claim claim = present.claim();
        String table = claim.span().table().toString();
        Lock stripe = stripes[Math.floorMod(table.hashCode(), STRIPES)];
        stripe.lock();
        try {
            Set<String> before = files.list(SegmentName.directory(table));
            return claim(claim.span(), claim.dispatcher(), accepted, closing, before);
        } finally {
            stripe.unlock();
        }
    }

    private Optional<Opening> replace(Opening present, Opening next, long accepted) throws IOException {
        boolean established = false;
        try {
            refuseOvertaken(accepted);
            if (isSupersededBefore(present, next)) {
                return Optional.empty();
            }
            sealOwn(present.name(), present.written());
            open.remove(present.name(), present);
            established = true;
            return Optional.of(next);
        } finally {
            if (!established) {
                giveUp(next);
            }
        }
    }

    /** Whether there is a claim between the two by which somebody else has, or may have, taken the span over. */
    boolean isSupersededBefore(Opening present, Opening next) throws IOException {
        for (long seq = present.name().seq() + 1; seq < next.name().seq(); seq++) {
            SegmentName name = new SegmentName(present.name().table(), seq);
            Optional<Claim> between = claimOf(name);
            if ((between.isEmpty() || yields(present.claim(), between.get())) && !isVoid(name)) {
                return true;
            }
        }
        return present.isOver();
    }

    private boolean isVoid(SegmentName name) throws IOException {
        try {
            files.read(name.file(SegmentName.VOID));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Where a listing was old, whoever tries goes up until a number is free: there are no holes. */
    private Opening claim(TableSpan span, String dispatcher, long accepted, Runnable closing, Set<String> before)
            throws IOException {
        String table = span.table().toString();
        long seq = before.stream()
                .mapToLong(name -> SegmentName.seqOf(name, SegmentName.CLAIM).orElse(0))
                .max()
                .orElse(0);
        while (true) {
            seq++;
            SegmentName name = new SegmentName(table, seq);
            Claim claim = new Claim(seq, changefeed, accepted, dispatcher, process, span);
            Opening opening = new Opening(name, claim, closing);
            // Before the link: from then on there may be a note. Where a listing was old, the name may be one of ours.
            if (open.putIfAbsent(name, opening) != null) {
                continue;
            }
            boolean linked = false;
            try {
                // Its log repeats it, durably, before anything is reported.
                linked = files.link(name.file(SegmentName.CLAIM), claim.toText() + "\n", false);
                if (linked) {
                    return opening;
                }
            } finally {
                if (!linked) {
                    open.remove(name, opening);
                }
            }
        }
    }

    /** After the link: whoever has fenced a later epoch by now may not have seen the claim. */
    void refuseOvertaken(long accepted) throws IOException {
        epochs.look();
        epochs.refuseEarlier(accepted);
    }

    private void giveUp(Opening opening) {
        opening.end();
        open.remove(opening.name());
        try {
            files.link(opening.name().file(SegmentName.VOID), process + "\n", false);
        } catch (IOException e) {
            LOG.warn("claim {} is of no use and could not be made void: {}", opening.name(), e.toString());
        }
    }

    private void supersedeEarlier(Opening opening, Set<String> before) throws IOException {
        for (long seq = 1; seq < opening.name().seq(); seq++) {
            if (!before.contains(seq + SegmentName.SEAL) && !before.contains(seq + SegmentName.VOID)) {
                supersede(new SegmentName(opening.name().table(), seq), opening.claim());
            }
        }
    }

    private void supersede(SegmentName name, Claim later) throws IOException {
        Opening ours = open.get(name);
        if (ours != null) {
            if (yields(ours.claim(), later)) {
                close(ours);
                sealOwn(name, ours.written());
            }
            return;
        }
        Optional<Claim> claim = claimOf(name);
        if (claim.isEmpty() || yields(claim.get(), later)) {
            Extent known = remembered(name);
            if (known == null) {
                sealForeign(name, claim);
            } else {
                sealOwn(name, known);
            }
        }
    }

    /** Whether a claim is superseded by a later one. */
    boolean yields(Claim earlier, Claim later) {
        return earlier.yieldsTo(later);
    }

    /** The note first: what is reported was forced before a look that has not found it, so it is below the length. */
    void sealForeign(SegmentName name, Optional<Claim> claim) throws IOException {
        leaveNote(name, claim);
        Extent extent = files.measure(name.file(SegmentName.LOG));
        seal(name, extent, true);
    }

    /** What a crash of the machine has torn has no process any more. */
    final void leaveNote(SegmentName name, Optional<Claim> claim) throws IOException {
        if (claim.isPresent() && !claim.get().process().equals(process)) {
            try {
                files.link(SUPERSEDED + "/" + claim.get().process() + "/" + name.note(), process + "\n", false);
            } catch (NoSuchFileException e) {
                // It has left, or was declared dead: its looks find that as well.
                LOG.debug("process {} has left: {}", claim.get().process(), e.toString());
            }
        }
    }

    final void seal(SegmentName name, Extent extent, boolean outlives) throws IOException {
        files.link(name.file(SegmentName.SEAL), new Seal(extent, process).toText(), outlives);
    }

    /** A crash of the machine that tears such a seal has ended its writer, too, and the log stays as it is. */
    private void sealOwn(SegmentName name, Extent extent) throws IOException {
        seal(name, extent, false);
        forget(name);
    }

    private Optional<Claim> claimOf(SegmentName name) throws IOException {
        try {
            return Optional.of(
                    Claim.parse(files.read(name.file(SegmentName.CLAIM)).strip()));
        } catch (IllegalArgumentException e) {
            LOG.warn("{} was torn by a crash: {}", name.file(SegmentName.CLAIM), e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * Appends to the log of an opening, and looks whether it still counts.
     *
     * @param lines whole lines
     * @return whether they are durable and counted; if not, they must not be reported, and nothing is written by this opening any
     *     more
     * @throws IOException as well
     */
    public boolean write(Opening opening, String lines) throws IOException {
        if (opening.isOver()) {
            return false;
        }
        boolean done = false;
        try {
            opening.append(files, lines);
            look();
            done = true;
        } finally {
            if (!done) {
                fail(opening);
            }
        }
        if (opening.isOver()) {
            settle(opening);
            return false;
        }
        return true;
    }

    /** What is in the log behind what was forced must not count: it may be in the memory of the machine alone. */
    void fail(Opening opening) {
        opening.end();
        try {
            seal(opening.name(), opening.written(), false);
        } catch (IOException e) {
            LOG.debug("{} is sealed by whoever opens it next: {}", opening.name(), e.toString());
        }
    }

    /** Its log stays as it is now, so that the note has done what it was there for. */
    private void settle(Opening opening) {
        try {
            seal(opening.name(), opening.written(), false);
            files.delete(notes + "/" + opening.name().note());
        } catch (IOException e) {
            LOG.debug("{} is sealed by whoever has superseded it: {}", opening.name(), e.toString());
        }
    }

    /**
     * Says to all processes that no row of the span of an opening is missing in what counts. Whether the opening counts any more does not
     * matter, for what it has reported does. A crash of the machine may lose it; whoever writes the span then says it again.
     *
     * @param ts up to where; a TSO
     */
    public void complete(Opening opening, long ts) throws IOException {
        files.link(opening.name().file("-" + ts + SegmentName.COMPLETE), process + "\n", false);
    }

    /**
     * What is {@link #complete} of a table, whoever has said so; perhaps without the latest.
     *
     * @return spans with the positions up to which they are
     */
    public Map<TableSpan, Long> completed(String table) throws IOException {
        Map<TableSpan, Long> spans = new LinkedHashMap<>();
        for (String file : files.list(SegmentName.directory(table))) {
            int dash = file.indexOf('-');
            OptionalLong ts = SegmentName.seqOf(file.substring(dash + 1), SegmentName.COMPLETE);
            OptionalLong seq = dash < 0 ? OptionalLong.empty() : SegmentName.seqOf(file.substring(0, dash), "");
            if (seq.isPresent() && ts.isPresent()) {
                claimOf(new SegmentName(table, seq.getAsLong()))
                        .ifPresent(claim -> spans.merge(claim.span(), ts.getAsLong(), Math::max));
            }
        }
        return spans;
    }

    /** Looks for notes, later than now. */
    void look() throws IOException {
        looks.since();
    }

    final void lookForNotes() throws IOException {
        Set<String> found;
        try {
            found = files.listFresh(notes);
        } catch (NoSuchFileException e) {
            open.values().forEach(Opening::end);
            return;
        }
        for (String note : found) {
            Optional<SegmentName> name = SegmentName.ofNote(note);
            Opening opening = name.map(open::get).orElse(null);
            if (opening != null) {
                opening.end();
            } else if (name.isPresent()) {
                // Closed: nothing is written to its log, so nobody has to be told.
                files.delete(notes + "/" + note);
            }
        }
        epochs.glance();
    }

    /** Nothing is written by an opening any more, and nobody has superseded it. Touches no file. */
    public void close(Opening opening) {
        opening.close();
        if (open.remove(opening.name(), opening)) {
            synchronized (closed) {
                closed.put(opening.name(), opening.written());
            }
        }
    }

    private @Nullable Extent remembered(SegmentName name) {
        synchronized (closed) {
            return closed.get(name);
        }
    }

    private void forget(SegmentName name) {
        synchronized (closed) {
            closed.remove(name);
        }
    }
}
