package dev.maintainer.runtime.journal;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.text.Printable;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.journal.Effect;
import dev.maintainer.core.journal.JournalHeader;
import dev.maintainer.core.journal.RecordedInput;
import dev.maintainer.core.journal.Replay;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes entries of a journal in words. Values without a description are shown as they are, shortened. */
public final class StepText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int LONGEST = 200;
    private static final int MOST_EFFECTS = 8;
    private static final int MOST_SHOWN = 50;

    private StepText() {}

    /** The time of day, in the zone of this machine. */
    public static String time(JournalHeader header, long nowMillis) {
        return TIME.format(Instant.ofEpochMilli(header.wallMillis(nowMillis)));
    }

    /** One line: number, time, input, disposition, and what it led to. */
    public static String line(JournalHeader header, Replay.Step step) {
        return "#" + step.recorded().number() + " "
                + time(header, step.recorded().nowMillis()) + " "
                + input(step.recorded().input()) + ": " + outcome(step.disposition(), step.failure())
                + (step.effects().isEmpty() ? "" : " -> " + effects(step.effects()));
    }

    /** How an entry differs from what was recorded. */
    public static List<String> difference(JournalHeader header, Replay.Step step) {
        List<String> lines = new ArrayList<>();
        RecordedInput recorded = step.recorded();
        lines.add("first difference at entry " + recorded.number() + ", " + time(header, recorded.nowMillis()) + ": "
                + input(recorded.input()));
        lines.add(String.format(
                Locale.ROOT,
                "recorded: %s, %d effects, hash %016x",
                outcome(recorded.disposition(), recorded.failure()),
                recorded.effects(),
                recorded.effectHash()));
        lines.add(String.format(
                Locale.ROOT,
                "replayed: %s, %d effects, hash %016x",
                outcome(step.disposition(), step.failure()),
                step.effects().size(),
                step.effectHash()));
        step.effects().stream().limit(MOST_SHOWN).forEach(effect -> lines.add("  " + effect(effect)));
        if (step.effects().size() > MOST_SHOWN) {
            lines.add("  and " + (step.effects().size() - MOST_SHOWN) + " more");
        }
        return lines;
    }

    /** A disposition or a failure. */
    static String outcome(@Nullable Object disposition, @Nullable String failure) {
        return disposition == null
                ? "failed with " + failure
                : disposition.toString().toLowerCase(Locale.ROOT);
    }

    /** The first effects, and how many more there are. */
    public static String effects(List<Effect> effects) {
        String shown =
                effects.stream().limit(MOST_EFFECTS).map(StepText::effect).collect(Collectors.joining("; "));
        return effects.size() <= MOST_EFFECTS ? shown : shown + "; and " + (effects.size() - MOST_EFFECTS) + " more";
    }

    /** One effect. */
    static String effect(Effect effect) {
        if (effect instanceof Effect.Sent sent) {
            return sent.to() + " " + message(sent.message());
        }
        if (effect instanceof Effect.TablesRequested requested) {
            return "tables of " + requested.changefeed() + " at " + requested.ts() + " requested";
        }
        if (effect instanceof Effect.PlanRequested requested) {
            PlanRequest request = requested.request();
            return request.changefeed() + "/" + request.epoch() + " plan " + request.round() + " wanted of "
                    + (request.scheduler() == null ? "the built-in placement" : request.scheduler()) + ", "
                    + request.delta().changed().size() + (request.delta().complete() ? " spans, all" : " changed spans")
                    + (request.shadow() == null ? "" : ", compared with " + request.shadow());
        }
        if (effect instanceof Effect.PlanningDropped dropped) {
            return dropped.changefeed() + "/" + dropped.epoch() + " awaits no plan any more";
        }
        throw new IllegalStateException("unknown effect " + effect);
    }

    /** An input. */
    static String input(HostInput input) {
        if (input instanceof HostInput.RequestReceived received) {
            return "from " + received.from() + " " + message(received.request());
        }
        if (input instanceof HostInput.ReportReceived received) {
            return "from " + received.from() + " " + message(received.report());
        }
        if (input instanceof HostInput.MembershipChanged changed) {
            return "membership " + changed.membership().version() + " "
                    + changed.membership().alive();
        }
        if (input instanceof HostInput.TablesLoaded loaded) {
            return "tables of " + loaded.changefeed() + " at "
                    + loaded.snapshot().ts() + ": " + loaded.snapshot().tables().size();
        }
        if (input instanceof HostInput.PlanReturned returned) {
            return returned.changefeed() + "/" + returned.epoch() + " " + answer(returned.answer());
        }
        if (input instanceof HostInput.ShadowReturned returned) {
            return returned.changefeed() + "/" + returned.epoch() + " shadow of plan " + returned.round() + " compared";
        }
        if (input instanceof HostInput.SchedulerCommanded commanded) {
            return commanded.changefeed() + " is asked: " + commanded.command();
        }
        if (input instanceof HostInput.RefusalDecided decided) {
            return "somebody wants " + decided.changefeed() + "/" + decided.epoch() + " to "
                    + decided.decision().name().toLowerCase(Locale.ROOT) + " " + decided.event()
                    + ", which was refused at attempt " + decided.attempt();
        }
        if (input instanceof HostInput.Tick) {
            return "tick";
        }
        return shortened(input);
    }

    private static String answer(PlanAnswer answer) {
        if (answer instanceof PlanAnswer.Planned planned) {
            return "plan " + planned.round() + ": "
                    + planned.plan().decisions().size() + " decisions, "
                    + planned.plan().reason().code() + ": "
                    + planned.plan().reason().text();
        }
        if (answer instanceof PlanAnswer.Failed failed) {
            return "plan " + failed.round() + " failed: " + failed.code() + ": " + failed.message();
        }
        return shortened(answer);
    }

    private static String message(Message message) {
        if (message instanceof WorkerReport report) {
            return report.changefeed() + "/" + report.epoch() + " " + report(report);
        }
        if (message instanceof WorkerCommand command) {
            return command.changefeed() + "/" + command.epoch() + " " + command(command);
        }
        if (message instanceof CoordinatorRequest.AddMaintainer add) {
            return "add maintainer " + add.changefeed() + "/" + add.epoch() + " at " + add.checkpointTs() + ", "
                    + add.manifest().frozen().size() + " frozen operators";
        }
        if (message instanceof CoordinatorRequest.RemoveMaintainer remove) {
            return "remove maintainer " + remove.changefeed() + "/" + remove.epoch() + ", " + remove.mode();
        }
        if (message instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            return "status "
                    + heartbeat.maintainers().stream().map(StepText::status).toList();
        }
        if (message instanceof CoordinatorReport.HostSnapshot snapshot) {
            return "hosts "
                    + snapshot.maintainers().stream().map(StepText::status).toList();
        }
        return shortened(message);
    }

    private static String status(MaintainerStatus status) {
        return status.changefeed() + "/" + status.epoch() + " " + status.phase() + " at " + status.checkpointTs()
                + (status.errors().isEmpty() ? "" : ", " + status.errors().size() + " errors");
    }

    private static String report(WorkerReport report) {
        if (report instanceof WorkerReport.Heartbeat heartbeat) {
            return "heartbeat "
                    + (heartbeat.watermark() == null
                            ? "without watermark"
                            : "at " + heartbeat.watermark().checkpointTs() + " seq "
                                    + heartbeat.watermark().seq())
                    + (heartbeat.complete() ? ", all " : ", ")
                    + heartbeat.statuses().size() + " statuses"
                    + (heartbeat.errors().isEmpty() ? "" : ", errors " + heartbeat.errors());
        }
        if (report instanceof WorkerReport.BootstrapSnapshot snapshot) {
            return "bootstrap snapshot, " + snapshot.dispatchers().size() + " dispatchers, "
                    + snapshot.journal().size() + " requests under way";
        }
        if (report instanceof WorkerReport.BlockStatusReport blocked) {
            return "block statuses "
                    + blocked.statuses().stream()
                            .limit(MOST_EFFECTS)
                            .map(status -> status.commitTs() + " " + status.changes())
                            .toList();
        }
        return shortened(report);
    }

    private static String command(WorkerCommand command) {
        if (command instanceof WorkerCommand.CreateDispatcher create) {
            return "create " + create.dispatcher() + " of " + create.span() + " from " + create.startTs() + " ("
                    + create.intent() + ")";
        }
        if (command instanceof WorkerCommand.RemoveDispatcher remove) {
            return "remove " + remove.dispatcher() + " (" + remove.intent() + ")";
        }
        if (command instanceof WorkerCommand.Bootstrap bootstrap) {
            return "bootstrap" + (bootstrap.trigger() == null ? "" : " with trigger " + bootstrap.trigger());
        }
        if (command instanceof WorkerCommand.AcknowledgeBlockStatus acknowledged) {
            return "acknowledge block status " + acknowledged.commitTs();
        }
        return shortened(command);
    }

    private static String shortened(Object value) {
        return Printable.shortened(value.toString(), LONGEST);
    }
}
