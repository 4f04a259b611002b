package dev.maintainer.replication.stream;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;

/** A writer of a sink that replaces rows as a whole: it refuses rows that are told in part, before anything of them is written. */
final class WholeRowsWriter implements SpanWriter {
    private final SpanWriter writer;

    WholeRowsWriter(SpanWriter writer) {
        this.writer = writer;
    }

    @Override
    public WriteResult write(List<RowEvent> rows) throws MaintainerException {
        for (RowEvent row : rows) {
            if (row.op() == RowEvent.Op.P) {
                throw new MaintainerException(
                        ErrorCode.ROW_MISSING,
                        "a row of table " + row.table() + " that was committed at " + row.commitTs()
                                + " is not told as a whole, because a large value of it was not changed, and this sink replaces"
                                + " whole rows; set REPLICA IDENTITY FULL for the table, and create the changefeed anew");
            }
        }
        return writer.write(rows);
    }

    @Override
    public WriteResult writeDdls(List<DdlEvent> ddls) throws MaintainerException {
        return writer.writeDdls(ddls);
    }

    @Override
    public WriteResult writeSyncPoint(long ts) throws MaintainerException {
        return writer.writeSyncPoint(ts);
    }

    @Override
    public WriteResult writeSyncPoint(long ts, long wallMillis) throws MaintainerException {
        return writer.writeSyncPoint(ts, wallMillis);
    }

    @Override
    public void complete(long ts) {
        writer.complete(ts);
    }

    @Override
    public void completeAtDdl(long ts) throws MaintainerException {
        writer.completeAtDdl(ts);
    }

    @Override
    public void complete(CompletePart part) {
        writer.complete(part);
    }

    @Override
    public List<TableSpan> completeParts(long ts) {
        return writer.completeParts(ts);
    }

    @Override
    public void seal() {
        writer.seal();
    }
}
