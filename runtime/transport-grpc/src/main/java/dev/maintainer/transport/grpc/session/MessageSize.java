package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.WorkerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upper bound of the size of a message when it is encoded, found without encoding it: event loops send, and encoding a large
 * report takes them milliseconds.
 */
final class MessageSize {
    /** Any message without its lists, texts and spans. */
    private static final long BASE = 320;

    private static final long NUMBER = 12;
    private static final long ID = 22;
    /** A status of a dispatcher, a change of a table, and the like, without texts and spans. */
    private static final long ENTRY = 80;

    private MessageSize() {}

    static long of(Message message) {
        if (message instanceof WorkerReport report) {
            return BASE + report(report);
        }
        if (message instanceof WorkerCommand command) {
            return BASE + command(command);
        }
        if (message instanceof CoordinatorReport report) {
            return BASE + coordinatorReport(report);
        }
        if (message instanceof CoordinatorRequest request) {
            return BASE + request(request);
        }
        throw new IllegalStateException("unknown message " + message.kind());
    }

    private static long report(WorkerReport report) {
        if (report instanceof WorkerReport.Heartbeat it) {
            return ENTRY * it.statuses().size() + errors(it.errors());
        }
        if (report instanceof WorkerReport.BootstrapSnapshot it) {
            return it.dispatchers().stream()
                            .mapToLong(each -> ENTRY + span(each.span()))
                            .sum()
                    + it.journal().stream()
                            .mapToLong(each -> ENTRY + span(each.span()))
                            .sum()
                    + it.merges().stream()
                            .mapToLong(each -> ENTRY
                                    + span(each.span())
                                    + ID * each.sources().size())
                            .sum();
        }
        if (report instanceof WorkerReport.BlockStatusReport it) {
            return it.statuses().stream()
                    .mapToLong(each -> ENTRY + changes(each.changes()))
                    .sum();
        }
        if (report instanceof WorkerReport.BarrierReport it) {
            return it.progress().stream().mapToLong(MessageSize::progress).sum();
        }
        if (report instanceof WorkerReport.BootstrapFailed it) {
            return error(it.error());
        }
        if (report instanceof WorkerReport.PostBootstrapDone it) {
            return it.error() == null ? 0 : error(it.error());
        }
        return report instanceof WorkerReport.CommandRefused it ? text(it.command()) : 0;
    }

    private static long progress(BarrierProgress progress) {
        BlockEvent event = progress.event();
        long scope = event.scope() instanceof BlockScope.Tables some
                ? NUMBER * some.tables().size()
                : NUMBER;
        return ENTRY
                + scope
                + changes(event.changes())
                + text(event.statement())
                + text(progress.refusal())
                + ID * progress.dispatchers().size();
    }

    private static long configuration(ChangefeedConfiguration configuration) {
        long sum = 0;
        for (var setting : configuration.settings().entrySet()) {
            sum += ENTRY + text(setting.getKey()) + text(setting.getValue());
        }
        return sum;
    }

    private static long command(WorkerCommand command) {
        if (command instanceof WorkerCommand.Bootstrap it) {
            return configuration(it.configuration());
        }
        if (command instanceof WorkerCommand.CreateDispatcher it) {
            return span(it.span());
        }
        if (command instanceof WorkerCommand.MergeDispatchers it) {
            return ID * it.sources().size();
        }
        return command instanceof WorkerCommand.AcknowledgeBarrierReport it
                ? ID * it.deferred().size()
                : 0;
    }

    private static long coordinatorReport(CoordinatorReport report) {
        if (report instanceof CoordinatorReport.HostSnapshot it) {
            return maintainers(it.maintainers())
                    + (it.drain().node() == null ? 0 : text(it.drain().node().value()));
        }
        if (report instanceof CoordinatorReport.MaintainerHeartbeat it) {
            return maintainers(it.maintainers());
        }
        if (report instanceof CoordinatorReport.DrainTargetHeld it) {
            return it.drain().node() == null ? 0 : text(it.drain().node().value());
        }
        return report instanceof CoordinatorReport.RequestRefused it ? text(it.request()) : 0;
    }

    private static long request(CoordinatorRequest request) {
        if (request instanceof CoordinatorRequest.AddMaintainer it) {
            return manifest(it.manifest()) + text(it.scheduler()) + configuration(it.configuration());
        }
        return request instanceof CoordinatorRequest.SetDrainTarget it
                        && it.drain().node() != null
                ? text(it.drain().node().value())
                : 0;
    }

    private static long maintainers(List<MaintainerStatus> maintainers) {
        long sum = 0;
        for (MaintainerStatus each : maintainers) {
            FinalStatus last = each.finalStatus();
            sum += BASE
                    + text(each.scheduler())
                    + errors(each.errors())
                    + each.suspects().stream()
                            .mapToLong(node -> text(node.value()))
                            .sum()
                    + (last == null ? 0 : manifest(last.manifest()));
        }
        return sum;
    }

    private static long manifest(HandoffManifest manifest) {
        return frozen(manifest.frozen()) + frozen(manifest.redo());
    }

    private static long frozen(List<FrozenOperator> operators) {
        long sum = 0;
        for (FrozenOperator each : operators) {
            sum += ENTRY
                    + text(each.phase())
                    + (each.span() == null ? 0 : span(each.span()))
                    + (each.origin() == null ? 0 : text(each.origin().value()))
                    + (each.destination() == null ? 0 : text(each.destination().value()))
                    + each.parts().stream()
                            .mapToLong(part -> ENTRY
                                    + span(part.span())
                                    + (part.target() == null
                                            ? 0
                                            : text(part.target().value())))
                            .sum();
        }
        return sum;
    }

    private static long changes(List<TableChange> changes) {
        long sum = 0;
        for (TableChange change : changes) {
            sum += ENTRY;
            if (change instanceof TableChange.AddTable add) {
                sum += name(add.table());
            } else if (change instanceof TableChange.RenameTable rename) {
                sum += name(rename.table());
            }
        }
        return sum;
    }

    private static long name(TableInfo table) {
        return text(table.name().schema()) + text(table.name().table());
    }

    private static long errors(List<WorkerError> errors) {
        return errors.stream().mapToLong(MessageSize::error).sum();
    }

    private static long error(WorkerError error) {
        return ENTRY + text(error.node().value()) + text(error.message());
    }

    private static long span(TableSpan span) {
        return ENTRY + bound(span.start()) + bound(span.end());
    }

    private static long bound(SpanBound bound) {
        return 6L + bound.bytes().length;
    }

    private static long text(@Nullable String text) {
        return text == null ? 0 : 6 + 3L * text.length();
    }
}
