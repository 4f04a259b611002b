package dev.maintainer.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeaseMembershipTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");

    private long now;
    private final LeaseMembership leases = new LeaseMembership(100, () -> now);

    @Test
    @DisplayName("a lease that is not renewed is lost once and for good; versions rise")
    void lost() {
        List<Membership> seen = new ArrayList<>();
        List<String> lost = new ArrayList<>();
        leases.subscribe(seen::add);
        MembershipService.Lease ofA = leases.join(A, () -> lost.add("a"));
        MembershipService.Lease ofB = leases.join(B, () -> lost.add("b"));
        for (now = 0; now <= 200; now += 20) {
            leases.check();
            assertThat(ofA.renew()).isTrue();
        }
        assertThat(lost).containsExactly("b");
        assertThat(ofB.renew()).isFalse();
        assertThat(ofB.isHeld()).isFalse();
        assertThat(ofA.isHeld()).isTrue();
        assertThat(leases.current().alive()).containsExactly(A);
        assertThat(seen).extracting(Membership::version).containsExactly(0L, 1L, 2L, 3L);
    }

    @Test
    @DisplayName("a node that is being expelled renews in vain, and holds its lease until that ends")
    void expelled() {
        MembershipService.Lease lease = leases.join(A, () -> {});
        leases.expel(A);
        for (now = 0; now <= 100; now += 20) {
            leases.check();
            assertThat(lease.renew()).isTrue();
            assertThat(lease.isHeld()).isTrue();
        }
        leases.check();
        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.renew()).isFalse();
    }

    @Test
    @DisplayName("who has given its lease back is no member; who has cancelled is told no more")
    void leaves() {
        List<Membership> seen = new ArrayList<>();
        MembershipService.Subscription subscription = leases.subscribe(seen::add);
        MembershipService.Lease lease = leases.join(A, () -> {});
        lease.leave();
        assertThat(lease.isHeld()).isFalse();
        subscription.cancel();
        leases.join(B, () -> {});
        assertThat(seen).extracting(Membership::version).containsExactly(0L, 1L, 2L);
    }

    @Test
    @DisplayName("a pause of the whole process costs nobody its lease")
    void pause() {
        leases.join(A, () -> {});
        leases.check();
        now = 5_000;
        leases.check();
        assertThat(leases.current().alive()).containsExactly(A);
    }
}
