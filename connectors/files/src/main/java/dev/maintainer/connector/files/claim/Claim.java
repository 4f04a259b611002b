package dev.maintainer.connector.files.claim;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.json.JsonLine;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The right to write rows of a span, until another one supersedes it.
 *
 * @param seq which claim of its table, from 1 on, without holes
 * @param changefeed whose rows they are
 * @param epoch of the owner under which it was made
 * @param dispatcher who writes; for people
 * @param process where that is, for this opening of the sink alone; plain characters of a file name
 * @param span which rows
 */
public record Claim(long seq, String changefeed, long epoch, String dispatcher, String process, TableSpan span) {
    /** Names the field by which a line is known to be a claim. */
    public static final String FIELD = "claim";

    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern PROCESS = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    /** Whether somebody who holds this one must not write any more once {@code later} was made. */
    boolean yieldsTo(Claim later) {
        return seq < later.seq && changefeed.equals(later.changefeed) && span.overlaps(later.span);
    }

    /** One line, without its end. */
    public String toText() {
        ObjectNode node = JsonNodeFactory.instance
                .objectNode()
                .put(FIELD, seq)
                .put("changefeed", changefeed)
                .put("epoch", epoch)
                .put("dispatcher", dispatcher)
                .put("process", process)
                .put("table", span.table().value());
        if (!span.isWhole()) {
            node.put("start", HEX.formatHex(span.start().bytes()));
            if (!span.end().equals(SpanBound.HIGHEST)) {
                node.put("end", HEX.formatHex(span.end().bytes()));
            }
        }
        return node.toString();
    }

    /**
     * Reads what {@link #toText} has written.
     *
     * @throws IllegalArgumentException if it did not, or not all of it is there
     */
    public static Claim parse(String text) {
        JsonLine line = JsonLine.parse(text);
        String process = line.string("process");
        if (!isProcess(process)) {
            throw new IllegalArgumentException("\"process\" is no name of one");
        }
        return new Claim(
                line.integer(FIELD),
                line.string("changefeed"),
                line.integer("epoch"),
                line.string("dispatcher"),
                process,
                new TableSpan(
                        new TableId(line.integer("table")),
                        line.has("start") ? bound(line.string("start")) : SpanBound.LOWEST,
                        line.has("end") ? bound(line.string("end")) : SpanBound.HIGHEST));
    }

    /** It becomes the name of a directory. */
    static boolean isProcess(String name) {
        return PROCESS.matcher(name).matches();
    }

    private static SpanBound bound(String hex) {
        return SpanBound.before(HEX.parseHex(hex));
    }
}
