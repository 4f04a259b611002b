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
        String said = problem.getMessage();
        if (problem instanceof FileSystemException && said != null) {
            // The name, and then the reason if the system gives one.
            int colon = said.lastIndexOf(": ");
            said = colon < 0 ? null : said.substring(colon + 2);
        }
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
        String name = String.valueOf(file);
        int end = Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\'));
        return problem instanceof NoSuchFileException && end > 0
                ? "there is no directory " + name.substring(0, end)
                : of(problem);
    }
}
