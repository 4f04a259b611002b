package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Where a changefeed is, at one moment. Immutable.
 *
 * @param owner the node whose maintainer owns it, or is asked to; null if there is none
 * @param epoch the durable epoch
 * @param checkpointTs the last accepted checkpoint; a TSO
 * @param checkpointHeard whether this coordinator has it from an owner, or has created the changefeed. If not it is the last one
 *     that was stored, and an earlier coordinator may have shown a later one
 * @param heardMillis when the owner was last heard of it, or was made the owner, by the clock of the coordinator; means nothing if
 *     there is no owner
 * @param errors what its owner has reported last of what is wrong; empty if there is no owner
 * @param wanted what people want of it, as far as that is durable
 * @param phase how far placing, moving or removing is
 * @param waitsFor what its placing waits for, if hosts have refused it more than once; for people. Null otherwise
 * @param scheduler the scheduler that users have chosen for it; empty if nobody has
 * @param configuration where it reads and writes, as it was created
 */
public record ChangefeedView(
        @Nullable NodeId owner,
        MaintainerEpoch epoch,
        long checkpointTs,
        boolean checkpointHeard,
        long heardMillis,
        List<WorkerError> errors,
        DesiredState wanted,
        PlacementPhase phase,
        @Nullable String waitsFor,
        String scheduler,
        ChangefeedConfiguration configuration) {
    /**
     * {@return a text that is another one whenever the changefeed has another owner, or people want something else of it; not when
     * it makes progress} The same state has the same version, whoever leads.
     */
    public String version() {
        CRC32C sum = new CRC32C();
        String said = wanted + "\n" + scheduler + "\n" + new TreeMap<>(configuration.settings());
        sum.update(said.getBytes(StandardCharsets.UTF_8));
        return epoch.value() + "-" + HexFormat.of().toHexDigits((int) sum.getValue());
    }
}
