package dev.maintainer.runtime.node;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.SchemaReader;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.core.HostInput;
import dev.maintainer.runtime.loop.DaemonThreads;
import dev.maintainer.runtime.process.OutOfMemory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for tables on a thread of its own, away from the event loops; a question that waits already is not asked twice. */
final class SchemaLookups implements SchemaStore {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaLookups.class);

    private record Question(ChangefeedId changefeed, long ts) {}

    private final SchemaReader reader;
    private final Consumer<HostInput> answers;
    private final ExecutorService thread;
    private final Set<Question> waiting = ConcurrentHashMap.newKeySet();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    SchemaLookups(String name, SchemaReader reader, Consumer<HostInput> answers) {
        this.reader = reader;
        this.answers = answers;
        this.thread = Executors.newSingleThreadExecutor(DaemonThreads.named(name));
    }

    @Override
    public void requestTables(ChangefeedId changefeed, long ts) {
        Question question = new Question(changefeed, ts);
        if (!waiting.add(question)) {
            return;
        }
        try {
            thread.execute(() -> answer(question));
        } catch (RejectedExecutionException e) {
            // The node is going down.
            waiting.remove(question);
        }
    }

    private void answer(Question question) {
        try {
            var tables = reader.tablesAt(question.changefeed(), question.ts());
            answers.accept(new HostInput.TablesLoaded(question.changefeed(), tables));
        } catch (MaintainerException e) {
            // A source that has not read so far yet is no trouble, so there is no stack trace; and one line per kind is
            // enough.
            if (told.add(e.code().code())) {
                LOG.info(
                        "the tables of changefeed {} are asked for again: {}; more of this kind are not logged",
                        question.changefeed(),
                        e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            OutOfMemory.check(e);
            // Whoever asks will ask again, so one line per kind is enough.
            if (told.add(e.getClass().getName())) {
                LOG.warn(
                        "the tables of changefeed {} at {} cannot be read, and will be asked for again; further failures of"
                                + " this kind are not logged",
                        question.changefeed(),
                        question.ts(),
                        e);
            }
        } finally {
            waiting.remove(question);
        }
    }

    void close() {
        thread.shutdownNow();
    }
}
