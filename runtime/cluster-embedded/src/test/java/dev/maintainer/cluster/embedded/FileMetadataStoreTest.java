package dev.maintainer.cluster.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMetadataStoreTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static ChangefeedMetadata metadata(ChangefeedId changefeed, long epoch) {
        return new ChangefeedMetadata(changefeed, new MaintainerEpoch(epoch), 10 * epoch, DesiredState.RUN);
    }

    @Test
    void storesOnlyOverTheExpectedVersion() {
        FileMetadataStore store = new FileMetadataStore(directory);
        assertThat(store.compareAndSet(0, metadata(FEED, 1))).isPresent();
        assertThat(store.compareAndSet(0, metadata(FEED, 9))).isEmpty();
        assertThat(store.compareAndSet(1, metadata(FEED, 2))).contains(new Versioned(2, metadata(FEED, 2)));
        assertThat(new FileMetadataStore(directory).read(FEED)).contains(new Versioned(2, metadata(FEED, 2)));
        assertThat(store.delete(1, FEED)).isFalse();
        assertThat(store.delete(2, FEED)).isTrue();
    }

    @Test
    void aCrashBeforeTheRenameLeavesTheOldValue() throws IOException {
        FileMetadataStore store = new FileMetadataStore(directory);
        store.compareAndSet(0, metadata(FEED, 1));
        Files.writeString(directory.resolve("feed.changefeed.tmp"), "changefeed=fe");
        assertThat(new FileMetadataStore(directory).list()).containsExactly(new Versioned(1, metadata(FEED, 1)));
        assertThat(store.compareAndSet(1, metadata(FEED, 2))).isPresent();
    }

    @Test
    @DisplayName("whether a redo log is kept survives")
    void redo() {
        FileMetadataStore store = new FileMetadataStore(directory);
        ChangefeedConfiguration configuration =
                new ChangefeedConfiguration(new TreeMap<>(Map.of("source", "x:a=b\nredo=false", "s=k", "Zürich")));
        ChangefeedMetadata metadata =
                new ChangefeedMetadata(FEED, new MaintainerEpoch(1), 10, DesiredState.RUN, "", true, configuration);
        store.compareAndSet(0, metadata);
        assertThat(new FileMetadataStore(directory).read(FEED)).contains(new Versioned(1, metadata));
    }

    @Test
    void aTruncatedFileIsNamed() throws IOException {
        FileMetadataStore store = new FileMetadataStore(directory);
        store.compareAndSet(0, metadata(FEED, 1));
        Path file = directory.resolve("feed.changefeed");
        String content = Files.readString(file);
        for (int length = 0; length < content.length(); length++) {
            Files.writeString(file, content.substring(0, length));
            assertThatThrownBy(store::list)
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void behavesLikeAMap() {
        SplittableRandom random = new SplittableRandom(5);
        FileMetadataStore store = new FileMetadataStore(directory);
        Map<ChangefeedId, Versioned> model = new TreeMap<>();
        for (int step = 0; step < 300; step++) {
            ChangefeedId changefeed = new ChangefeedId("feed-" + random.nextInt(4));
            Versioned held = model.get(changefeed);
            long expected = random.nextInt(4) == 0 ? random.nextInt(5) : held == null ? 0 : held.version();
            boolean matches = expected == (held == null ? 0 : held.version());
            if (random.nextInt(5) == 0) {
                assertThat(store.delete(expected, changefeed)).isEqualTo(matches && held != null);
                if (matches) {
                    model.remove(changefeed);
                }
            } else {
                ChangefeedMetadata next = metadata(changefeed, step + 1);
                Optional<Versioned> stored = store.compareAndSet(expected, next);
                assertThat(stored.isPresent()).isEqualTo(matches);
                stored.ifPresent(versioned -> model.put(changefeed, versioned));
            }
            assertThat(store.list()).isEqualTo(List.copyOf(model.values()));
        }
    }

    @Test
    @DisplayName("Removed and created again: it begins above the last epoch and version of the one that was removed")
    void createdAgain() {
        FileMetadataStore store = new FileMetadataStore(directory);
        store.compareAndSet(0, metadata(FEED, 1));
        store.compareAndSet(1, metadata(FEED, 7));
        assertThat(store.delete(2, FEED)).isTrue();

        assertThat(store.read(FEED)).isEmpty();
        assertThat(store.list()).isEmpty();
        FileMetadataStore reopened = new FileMetadataStore(directory);
        Versioned again = reopened.compareAndSet(0, metadata(FEED, 1)).orElseThrow();
        assertThat(again.metadata()).isEqualTo(metadata(FEED, 1).withEpoch(new MaintainerEpoch(8)));
        assertThat(again.version()).isEqualTo(4);
        assertThat(reopened.read(FEED)).contains(again);
        // A write of the former life, and a second creation.
        assertThat(reopened.compareAndSet(2, metadata(FEED, 7))).isEmpty();
        assertThat(reopened.compareAndSet(0, metadata(FEED, 1))).isEmpty();
    }

    @Test
    @DisplayName("Removed and created again: a crash in the middle of a deletion leaves the changefeed")
    void aCrashInADeletion() throws IOException {
        FileMetadataStore store = new FileMetadataStore(directory);
        store.compareAndSet(0, metadata(FEED, 3));
        String live = Files.readString(directory.resolve("feed.changefeed"));
        store.delete(1, FEED);
        Files.writeString(directory.resolve("feed.changefeed"), live);
        FileMetadataStore reopened = new FileMetadataStore(directory);
        assertThat(reopened.read(FEED)).contains(new Versioned(1, metadata(FEED, 3)));
        assertThat(reopened.delete(1, FEED)).isTrue();
        assertThat(reopened.compareAndSet(0, metadata(FEED, 1))
                        .orElseThrow()
                        .metadata()
                        .epoch())
                .isEqualTo(new MaintainerEpoch(4));
    }
}
