package dev.maintainer.api.text;

import dev.maintainer.api.annotation.Stability;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Describes in plain words why a file cannot be used, without names of Java classes. The sentence around it names the
 * file.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.INTERNAL)
public final class FileProblem {
    private FileProblem() {}

    /**
     * {@return a few words, such as {@code there is no such file}; what the system says may come from outside}
     *
     * @param problem what was thrown
     */
    public static String of(IOException problem) {
        if (problem instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (problem instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (problem instanceof NotDirectoryException) {
            return "it is no directory";
        }
        if (problem instanceof FileAlreadyExistsException) {
            return "it exists already";
        }
        if (problem instanceof CharacterCodingException) {
            return "it is not UTF-8";
        }
        String said = problem instanceof FileSystemException ofSystem ? ofSystem.getReason() : problem.getMessage();
        if (said == null) {
            return problem.getClass().getSimpleName();
        }
        // It has the name, and what the system says in parentheses.
        int reason = said.lastIndexOf(" (");
        return problem instanceof FileNotFoundException && reason >= 0 && said.endsWith(")")
                ? said.substring(reason + 2, said.length() - 1)
                : said;
    }

    /**
     * {@return as {@link #of}, for a file that could not be created: it is the directory that is missing, and is named}
     *
     * @param file that could not be created
     * @param problem what was thrown
     */
    public static String ofWriting(Path file, IOException problem) {
        Path directory = file.toAbsolutePath().getParent();
        if (problem instanceof NoSuchFileException && directory != null) {
            return "there is no directory " + directory;
        }
        return of(problem);
    }
}
