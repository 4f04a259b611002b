package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.RedoMeta;
import java.util.ArrayList;
import java.util.List;

/** Keeps what one dispatcher says, in words. */
final class RecordingListener implements DispatcherListener {
    final List<String> said = new ArrayList<>();
    List<BlockStatus> blocked = List.of();

    @Override
    public void working(DispatcherId dispatcher) {
        said.add("working");
    }

    @Override
    public void stopped(DispatcherId dispatcher) {
        said.add("stopped");
    }

    @Override
    public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
        said.add("failed " + code + " " + message);
    }

    @Override
    public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {
        blocked = unacknowledged;
    }

    @Override
    public void waiting(DispatcherId dispatcher, BlockEvent event) {
        said.add("waits at " + event.key());
    }

    @Override
    public void passed(DispatcherId dispatcher, BlockKey event) {
        said.add("passed " + event);
    }

    @Override
    public void refused(DispatcherId dispatcher, BlockKey event, String reason) {
        said.add("refused " + event + ": " + reason);
    }

    @Override
    public void persisted(DispatcherId dispatcher, RedoMeta meta) {
        said.add("persisted " + meta.resolvedTs());
    }
}
