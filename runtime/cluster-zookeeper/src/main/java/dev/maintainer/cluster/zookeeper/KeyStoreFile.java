package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import org.apache.zookeeper.util.PemReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key and a certificate as ZooKeeper's client wants them: in one file. People have them in two, so this makes it of theirs; only
 * this process has the password. It is in the temporary directory until it is closed. Thread-safe.
 */
final class KeyStoreFile implements AutoCloseable {
    static final String TYPE = "PKCS12";

    private static final Logger LOG = LoggerFactory.getLogger(KeyStoreFile.class);
    private static final int PASSWORD_BYTES = 24;

    private final Path key;
    private final Path certificate;
    private final Path path;
    private final String password;
    private byte[] read = {};
    private String problem = "";

    /** @throws MaintainerException with {@code BAD_CONFIGURATION} if the files cannot be used */
    KeyStoreFile(Path key, Path certificate) throws MaintainerException {
        this.key = key;
        this.certificate = certificate;
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        this.password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        try {
            // Only its owner may read it, where the file system knows owners.
            this.path = Files.createTempFile("zookeeper-client-", ".p12");
            path.toFile().deleteOnExit();
            write();
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            close();
            throw SecureClient.unusable(
                    "zookeeper.tls.key_file " + key + " with zookeeper.tls.certificate_file " + certificate, e);
        }
    }

    Path path() {
        return path;
    }

    String password() {
        return password;
    }

    private void write() throws IOException, GeneralSecurityException {
        byte[] now = contents();
        // Temporary directories are swept, in processes that run for long.
        if (Arrays.equals(now, read) && Files.exists(path)) {
            return;
        }
        KeyStore made = load();
        Path next = Files.createTempFile(path.toAbsolutePath().getParent(), "zookeeper-client-", ".next");
        try {
            try (OutputStream out = Files.newOutputStream(next)) {
                made.store(out, password.toCharArray());
            }
            Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(next);
        }
        read = now;
    }

    private byte[] contents() throws IOException {
        byte[] first = Files.readAllBytes(key);
        byte[] second = Files.readAllBytes(certificate);
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    /** What the files of people have now. */
    KeyStore load() throws IOException, GeneralSecurityException {
        KeyStore read = PemReader.loadKeyStore(certificate.toFile(), key.toFile(), Optional.empty());
        KeyStore made = KeyStore.getInstance(TYPE);
        made.load(null, null);
        String alias = read.aliases().nextElement();
        made.setKeyEntry(
                "key", read.getKey(alias, new char[0]), password.toCharArray(), read.getCertificateChain(alias));
        return made;
    }

    /** Takes on what has changed. Files that cannot be used change nothing: they may be half written. */
    synchronized void refresh() {
        try {
            write();
            problem = "";
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(problem)) {
                problem = now;
                LOG.warn(
                        "zookeeper.tls.key_file {} and certificate_file {} cannot be used, the former ones stay in use: {}",
                        key,
                        certificate,
                        now);
            }
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("a temporary file stays until the end of the process", e);
        }
    }
}
