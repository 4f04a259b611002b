package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.runtime.tls.TlsFiles;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Renewal;
import dev.maintainer.transport.grpc.session.WireProtocol;
import dev.maintainer.transport.grpc.tls.PeerTls;
import java.nio.file.Path;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sessions that last longer than anybody should be trusted for a certificate shown once. */
class SessionRenewalTest {
    private static final NodeId SELF = new NodeId("b.2222");
    private static final NodeId PEER = new NodeId("a.1111");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final FakeCall<Transport.SessionFrame> call = new FakeCall<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    @DisplayName("whoever has dialled renews a session in the last quarter of a day, each at a moment of its own")
    void dialled() {
        SplittableRandom random = new SplittableRandom(1);
        long now = 1_000;
        long early = 0;
        for (int i = 0; i < 1_000; i++) {
            Renewal renewal = new Renewal(true, now, random);
            assertThat(renewal.isDue(now + Renewal.EARLIEST_MILLIS - 1)).isFalse();
            assertThat(renewal.isDue(now + Renewal.LONGEST_MILLIS)).isTrue();
            early += renewal.isDue(now + (Renewal.EARLIEST_MILLIS + Renewal.LONGEST_MILLIS) / 2) ? 1 : 0;
        }
        assertThat(early)
                .as("those in the first half of the time that there is")
                .isBetween(400L, 600L);
    }

    @Test
    @DisplayName("whoever was dialled waits for a day, and not longer")
    void accepted() {
        Renewal renewal = new Renewal(false, 0, new SplittableRandom(1));

        assertThat(renewal.isDue(Renewal.LONGEST_MILLIS - 1)).isFalse();
        assertThat(renewal.isDue(Renewal.LONGEST_MILLIS)).isTrue();
    }

    private PeerLink link(@Nullable PeerTls tls) {
        Wiring wiring = new Wiring(
                NetworkSettings.loopback("shop"),
                tls,
                WireProtocol.CURRENT,
                new Roster(),
                PeerListener.NONE,
                threads,
                timer);
        return new PeerLink(wiring, SELF, PEER, new Inbox());
    }

    private PeerSession session(PeerLink link) {
        return Objects.requireNonNull(
                link.accept(1, 1, new Outbound<>(call), number -> Transport.SessionFrame.getDefaultInstance()),
                "the caller is let in");
    }

    @Test
    @DisplayName("a caller whose certificate was looked at a day ago is sent away in order, and may come back with it")
    void sentAway() {
        Issued issued = new TestAuthority(temporary).issue("b", "uri:maintainer://shop/b");
        PeerLink link = link(PeerTls.of(
                "shop",
                new PeerSecurity.MutualTls(new TlsFiles(issued.key(), issued.certificate(), issued.authority()))));
        PeerSession session = session(link);
        long now = Wiring.nowMillis();

        session.tick(now + TimeUnit.SECONDS.toMillis(1));
        assertThat(link.session()).hasValue(session);
        session.tick(now + Renewal.LONGEST_MILLIS + TimeUnit.SECONDS.toMillis(60));

        assertThat(link.session()).isEmpty();
        assertThat(call.frames).last().matches(Transport.SessionFrame::hasEnd, "the end of the session, said in order");
    }
}
