package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;

/** A source that was checked, and is not read: there is no slot for whoever looks. */
final class LookedAtSource extends CataloguedSource {
    private final String identity;
    private final long startTs;

    LookedAtSource(SourceCatalog catalog, String identity, long startTs) {
        super(catalog);
        this.identity = identity;
        this.startTs = startTs;
    }

    @Override
    public String identity() {
        return identity;
    }

    @Override
    public long startTs() {
        return startTs;
    }

    @Override
    public long resolvedTs() {
        return startTs;
    }

    @Override
    public RowReader rows(TableSpan span, long from, Runnable available) {
        throw unread();
    }

    @Override
    public DdlReader ddls(long from) {
        throw unread();
    }

    private static MaintainerException unread() {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "the source was opened to be looked at; open it for a changefeed and a node");
    }

    @Override
    public long wallMillis(long ts) {
        return System.currentTimeMillis();
    }

    @Override
    public void close() {}
}
