package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.node.metrics.NodeMetric;
import dev.maintainer.node.server.ServerExit;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OperationsTest {
    private static final Pattern CODE = Pattern.compile("(?m)^\\| `(MNT-\\d{4})` \\|");
    private static final Pattern STATUS = Pattern.compile("(?m)^\\| (\\d{1,3}) \\|");

    private static final Pattern METRIC =
            Pattern.compile("(?m)^\\| ((?:`maintainer_\\w+`(?:, )?)+) \\| ([a-z, ]*?) ?\\|");
    private static final Pattern NAME = Pattern.compile("maintainer_\\w+");
    private static final Pattern ALERT = Pattern.compile("alert: (\\w+)");

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

    @Test
    @DisplayName("docs/operations.md lists each metric of a node with its labels, and no other")
    void metrics() throws IOException {
        assertThat(METRIC.matcher(page()).results().map(found -> found.group(1) + " | " + found.group(2)))
                .containsExactlyElementsOf(Arrays.stream(NodeMetric.values())
                        .map(OperationsTest::row)
                        .toList());
    }

    private static String row(NodeMetric metric) {
        return metric.shownAs().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", ")) + " | "
                + String.join(", ", metric.family().labels());
    }

    @Test
    @DisplayName("the rules for alerts use metrics that there are, and each is explained in docs/operations.md")
    void alerts() throws IOException {
        String rules =
                Files.readString(MavenBuild.root().resolve("runtime/maintainer-node/src/dist/prometheus/alerts.yaml"));
        assertThat(NAME.matcher(rules).results().map(MatchResult::group))
                .isNotEmpty()
                .isSubsetOf(Arrays.stream(NodeMetric.values())
                        .flatMap(metric -> metric.shownAs().stream())
                        .toList());
        assertThat(ALERT.matcher(rules).results().map(found -> "`" + found.group(1) + "`"))
                .isNotEmpty()
                .allSatisfy(alert -> assertThat(page()).contains(alert));
    }

    private static int status(MatchResult found) {
        return Integer.parseInt(found.group(1));
    }
}
