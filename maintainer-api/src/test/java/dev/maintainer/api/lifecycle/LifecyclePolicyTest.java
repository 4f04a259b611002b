package dev.maintainer.api.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecyclePolicyTest {
    /** Written out, so that a change of the policy is a change of this text. */
    private static final String GOLDEN = """
            action               BOOTSTRAPPING  RUNNING  REMOVING         CLOSED
            ADMIT_OPERATOR       NOT_YET        ALLOWED  NEVER            NEVER
            ADMIT_TRIGGER_CLOSE  NOT_YET        ALLOWED  ALLOWED          NEVER
            RUN_OPERATOR         NOT_YET        ALLOWED  NEVER            NEVER
            RUN_TRIGGER_CLOSE    NOT_YET        ALLOWED  ALLOWED          NEVER
            PLAN                 NOT_YET        ALLOWED  NEVER            NEVER
            SELF_HEAL            NOT_YET        ALLOWED  NEVER            NEVER
            REACT_TO_MEMBERSHIP  ALLOWED        ALLOWED  NEVER            NEVER
            SEND_BOOTSTRAP       ALLOWED        ALLOWED  NEVER            NEVER
            SEND_POST_BOOTSTRAP  NOT_YET        ALLOWED  NEVER            NEVER
            HANDLE_BLOCK_STATUS  NOT_YET        ALLOWED  NEVER            NEVER
            FORWARD_REDO         NOT_YET        ALLOWED  NEVER            NEVER
            SEND_CLOSE           NOT_YET        NOT_YET  ONLY_IN_CLOSE  NEVER
            STORE_PROGRESS       NOT_YET        ALLOWED  ALLOWED          NEVER
            STORE_ERRORS         ALLOWED        ALLOWED  ALLOWED          NEVER
            """;

    @Test
    void thePolicyIsTheGoldenTable() {
        List<List<String>> actual = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("action"));
        Arrays.stream(LifecyclePhase.values()).map(Enum::name).forEach(header::add);
        actual.add(header);
        for (LifecycleAction action : LifecycleAction.values()) {
            List<String> row = new ArrayList<>(List.of(action.name()));
            for (LifecyclePhase phase : LifecyclePhase.values()) {
                row.add(LifecyclePolicy.permission(phase, action).name());
            }
            actual.add(row);
        }

        List<List<String>> golden =
                GOLDEN.lines().map(line -> List.of(line.split(" +"))).toList();
        assertThat(actual).isEqualTo(golden);
    }

    @ParameterizedTest
    @EnumSource(LifecycleAction.class)
    void allowsIsThePermissionAndTheRemoval(LifecycleAction action) {
        for (LifecyclePhase phase : LifecyclePhase.values()) {
            Permission permission = LifecyclePolicy.permission(phase, action);

            boolean allowed = permission == Permission.ALLOWED;
            assertThat(LifecyclePolicy.allows(phase, null, action)).isEqualTo(allowed);
            assertThat(LifecyclePolicy.allows(phase, RemovalMode.HANDOFF, action))
                    .isEqualTo(allowed);
            for (RemovalMode closes : List.of(RemovalMode.CLOSE, RemovalMode.DROP)) {
                assertThat(LifecyclePolicy.allows(phase, closes, action))
                        .isEqualTo(allowed || permission == Permission.ONLY_IN_CLOSE);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(LifecycleAction.class)
    void whatIsNeverAllowedStaysSoInEveryLaterPhase(LifecycleAction action) {
        boolean never = false;
        for (LifecyclePhase phase : LifecyclePhase.values()) {
            boolean now = LifecyclePolicy.permission(phase, action) == Permission.NEVER;
            assertThat(now || !never).as("%s in %s", action, phase).isTrue();
            never = now;
        }
    }
}
