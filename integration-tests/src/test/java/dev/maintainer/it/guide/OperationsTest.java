package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.node.server.ServerExit;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static final Pattern CODE = Pattern.compile("(?m)^\\| `(MNT-\\d{4})` \\|");
    private static final Pattern STATUS = Pattern.compile("(?m)^\\| (\\d{1,3}) \\|");

    private static String page() throws IOException {
        return Files.readString(MavenBuild.root().resolve("docs/operations.md"));
    }

    @Test
    @DisplayName("docs/operations.md says of each error code what to do, and of no other")
    void codes() throws IOException {
        assertThat(CODE.matcher(page()).results().map(found -> found.group(1)))
                .containsExactlyElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::code).toList());
    }

    @Test
    @DisplayName("docs/operations.md has each exit status of a node, and no other")
    void statuses() throws IOException {
        assertThat(STATUS.matcher(page()).results().map(OperationsTest::status))
                .containsExactlyElementsOf(Arrays.stream(ServerExit.values())
                        .map(ServerExit::status)
                        .toList());
    }

    private static int status(MatchResult found) {
        return Integer.parseInt(found.group(1));
    }
}
