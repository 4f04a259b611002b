package dev.maintainer.admin;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The body of an answer, which has to come to its end in time: the timeout of a request ends when its head is there, and
 * whoever sends a byte now and then could keep a reader for ever. Read by one thread.
 */
final class TimedAnswer extends FilterInputStream {
    private final Duration patience;
    private volatile boolean late;

    TimedAnswer(InputStream answer, Duration patience) {
        super(answer);
        this.patience = patience;
        CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                .execute(this::expire);
    }

    /** Wakes a reader that waits. */
    private void expire() {
        late = true;
        try {
            in.close();
        } catch (IOException e) {
            // The reader is told all the same.
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int read;
        try {
            read = in.read(into, offset, length);
        } catch (IOException e) {
            throw late ? timeout() : e;
        }
        if (late) {
            throw timeout();
        }
        return read;
    }

    private HttpTimeoutException timeout() {
        return new HttpTimeoutException("not within " + patience.toMillis() + " ms");
    }
}
