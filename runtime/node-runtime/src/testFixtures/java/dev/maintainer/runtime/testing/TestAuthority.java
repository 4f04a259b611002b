package dev.maintainer.runtime.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Signs certificates with the tool of the JDK, in a directory of its own. */
public final class TestAuthority {
    /**
     * Files with a key, its certificate and that of the authority, as PEM.
     *
     * @param key PKCS #8
     * @param certificate with that of the authority
     * @param authority who has signed it
     */
    public record Issued(Path key, Path certificate, Path authority) {
        /** Puts what other files have into these, each at once. */
        public void takeFrom(Issued other) {
            try {
                replace(key, Files.readString(other.key));
                replace(certificate, Files.readString(other.certificate));
                replace(authority, Files.readString(other.authority));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    private static final String PASSWORD = "changeit";
    private static final long MOST_SECONDS = 60;

    private final Path directory;
    private final Path store;

    /** Makes one, with its files in a directory of its own. */
    public TestAuthority(Path directory) {
        this.directory = directory;
        this.store = directory.resolve("store.p12");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        keytool("ca", "-ext", "bc:c=ca:true", "-ext", "ku=keyCertSign");
    }

    /** Files for {@code CN=alias} with such alternative names, as {@code uri:...}, {@code dns:...} or {@code ip:...}. */
    public Issued issue(String alias, String... names) {
        List<String> more = new ArrayList<>(List.of("-signer", "ca", "-ext", "ku=digitalSignature"));
        if (names.length > 0) {
            more.addAll(List.of("-ext", "san=" + String.join(",", names)));
        }
        keytool(alias, more.toArray(String[]::new));
        return written(alias);
    }

    private Issued written(String alias) {
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            Issued files = new Issued(
                    directory.resolve(alias + ".key"),
                    directory.resolve(alias + ".pem"),
                    directory.resolve(alias + ".ca.pem"));
            replace(
                    files.key(),
                    pem(
                            "PRIVATE KEY",
                            keys.getKey(alias, PASSWORD.toCharArray()).getEncoded()));
            Certificate[] chain = keys.getCertificateChain(alias);
            StringBuilder certificates = new StringBuilder();
            for (Certificate each : chain) {
                certificates.append(pem("CERTIFICATE", each.getEncoded()));
            }
            replace(files.certificate(), certificates.toString());
            replace(files.authority(), authority());
            return files;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The certificate of this authority. */
    public String authority() {
        try {
            KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
            return pem("CERTIFICATE", keys.getCertificate("ca").getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Nobody finds half of it. */
    public static void replace(Path file, String text) {
        try {
            Path next = file.resolveSibling(file.getFileName() + ".next");
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN " + what + "-----\n" + Base64.getMimeEncoder().encodeToString(bytes) + "\n-----END " + what
                + "-----\n";
    }

    private void keytool(String alias, String... more) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "2",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                store.toString(),
                "-alias",
                alias,
                "-dname",
                "CN=" + alias));
        command.addAll(List.of(more));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("keytool.txt").toFile())
                    .start();
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new AssertionError("keytool: " + Files.readString(directory.resolve("keytool.txt")));
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
