package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StoreAnswer.Reason;
import dev.maintainer.membership.store.StoreAnswer.Rejected;
import dev.maintainer.membership.store.StoreAnswer.Unknown;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Floor;
import java.util.List;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class CommitResultTest {
    private static final List<StoreOp> OPS = List.of(
            new StoreOp.Check(StorePath.LEADER_EPOCH, 1),
            new StoreOp.Create(StorePath.FLOOR, new Floor(1, 1), false),
            new StoreOp.Delete(StorePath.LEADER, 0));

    private static StoreAnswer answer(Code... codes) {
        List<OpResult> results = Stream.of(codes)
                .<OpResult>map(code -> new OpResult.ErrorResult(code.intValue()))
                .toList();
        int first = Stream.of(codes)
                .filter(code -> code != Code.OK)
                .findFirst()
                .orElse(Code.OK)
                .intValue();
        return CommitResult.answer(OPS, first, results);
    }

    @Test
    @DisplayName("the first part that fails counts; those behind it were not tried")
    void first() {
        assertThat(answer(Code.OK, Code.NODEEXISTS, Code.RUNTIMEINCONSISTENCY))
                .isEqualTo(new Rejected(1, Reason.RECORD_EXISTS));
        assertThat(answer(Code.BADVERSION, Code.RUNTIMEINCONSISTENCY, Code.RUNTIMEINCONSISTENCY))
                .isEqualTo(new Rejected(0, Reason.OTHER_VERSION));
        assertThat(answer(Code.OK, Code.OK, Code.NONODE)).isEqualTo(new Rejected(2, Reason.NO_RECORD));
    }

    @Test
    @DisplayName("a directory that is missing says nothing of the record")
    void missingDirectory() {
        assertThat(answer(Code.OK, Code.NONODE, Code.RUNTIMEINCONSISTENCY)).isEqualTo(new Unknown());
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            mode = Mode.EXCLUDE,
            names = {"OK"})
    @DisplayName("a code without the parts is never a rejection")
    void codeOnly(Code code) {
        assertThat(CommitResult.answer(OPS, code.intValue(), null)).isEqualTo(new Unknown());
    }

    @ParameterizedTest
    @EnumSource(
            value = Code.class,
            mode = Mode.EXCLUDE,
            names = {"OK", "NONODE", "BADVERSION"})
    @DisplayName("whatever else is wrong with a part is unknown")
    void otherCodes(Code code) {
        assertThat(answer(code, Code.RUNTIMEINCONSISTENCY, Code.RUNTIMEINCONSISTENCY))
                .isEqualTo(new Unknown());
    }
}
