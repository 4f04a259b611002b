package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Set;

/**
 * What claims need of a directory that several processes share, perhaps from several machines. Names are relative to it,
 * with {@code /} between their parts. Thread-safe.
 */
public interface SharedFiles {
    /** A log that one process writes. One thread at a time does so. */
    interface Log {
        /**
         * Appends whole lines, durably.
         *
         * @throws IOException if that cannot be done, or the log has another length than was written; how much of the text is
         *     there is unknown then
         */
        void append(String text) throws IOException;

        /** What was appended, durably. */
        Extent extent();
    }

    /**
     * The names in a directory, perhaps as they were a while ago.
     *
     * @return names without their directory; empty if there is no such directory
     */
    Set<String> list(String directory) throws IOException;

    /**
     * The names in a directory at a moment after this was called. Costs more than {@link #list}.
     *
     * @throws NoSuchFileException if there is no such directory
     */
    Set<String> listFresh(String directory) throws IOException;

    /** Makes a directory and those above it; nothing if it is there. Durable with {@link #force} of the one above. */
    void makeDirectory(String directory) throws IOException;

    /**
     * Makes a file with its content in one step: whoever finds the name finds all of it. A crash of the machine may lose the file or
     * its content.
     *
     * @param outlives whether it must not be lost if other processes survive that crash, since they are on other machines
     * @return false if something has that name
     * @throws NoSuchFileException if there is no such directory
     */
    boolean link(String file, String content, boolean outlives) throws IOException;

    /**
     * As {@link #link}, and when it returns no crash of any machine loses the file or its content. Its content is durable before it
     * has the name.
     *
     * @return false if something has that name
     * @throws NoSuchFileException if there is no such directory
     */
    boolean linkDurably(String file, String content) throws IOException;

    /**
     * The content of a small file.
     *
     * @throws NoSuchFileException if it is not there
     */
    String read(String file) throws IOException;

    /**
     * Makes a log, which does not exist. It is durable with the first append and {@link #force} of its directory.
     *
     * @return for this process alone
     */
    Log create(String log) throws IOException;

    /**
     * The whole lines of a log at a moment after this was called. They are durable on return.
     *
     * @return {@link Extent#NONE} if there is no such log
     */
    Extent measure(String log) throws IOException;

    /** Makes the names in a directory durable. */
    void force(String directory) throws IOException;

    /** Deletes a file, or a directory that is empty; nothing if it is not there, or has something in it. */
    void delete(String file) throws IOException;

    /** Deletes a directory and the files in it; nothing if it is not there. It stays if there is a new file meanwhile. */
    void remove(String directory) throws IOException;
}
