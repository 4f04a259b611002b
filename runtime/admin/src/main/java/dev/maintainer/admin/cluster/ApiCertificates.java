package dev.maintainer.admin.cluster;

import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;

/** Who may use the admin interface by a certificate: one that has a URI, or a subject, with a role. Thread-safe. */
final class ApiCertificates {
    /** The type of a URI among alternative names. */
    private static final int URI = 6;

    private final RoleFile file;

    /** @throws MaintainerException if the file cannot be used */
    ApiCertificates(Path file) throws MaintainerException {
        this.file = new RoleFile("admin.certificates_file", file, "URI-OR-SUBJECT ROLE", ApiCertificates::identity);
    }

    private static String identity(String who) throws IOException {
        if (who.contains("://")) {
            return who;
        }
        try {
            return canonical(new X500Principal(who));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "before the role there is neither a URI such as spiffe://shop/alice nor a subject such as"
                            + " CN=alice,O=Shop",
                    e);
        }
    }

    /** Subjects that differ in blanks and in upper and lower case only are the same. */
    private static String canonical(X500Principal subject) {
        return subject.getName(X500Principal.CANONICAL);
    }

    /** What is known of whoever shows this certificate; of several roles the one that allows most. */
    Optional<Principal> of(X509Certificate certificate) {
        Map<String, ApiRole> roles = file.roles();
        Principal found = null;
        for (String identity : identities(certificate)) {
            ApiRole role = roles.get(identity);
            if (role != null && (found == null || role.compareTo(found.role()) > 0)) {
                found = new Principal("certificate " + identity, role);
            }
        }
        return Optional.ofNullable(found);
    }

    private static List<String> identities(X509Certificate certificate) {
        List<String> identities = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                names.stream()
                        .filter(name -> Integer.valueOf(URI).equals(name.get(0)))
                        .forEach(name -> identities.add(String.valueOf(name.get(1))));
            }
        } catch (CertificateParsingException e) {
            // Its alternative names are nobody's; it has a subject, too.
        }
        identities.add(canonical(certificate.getSubjectX500Principal()));
        return identities;
    }

    /** Reads the file again. */
    void reload() {
        file.reload();
    }
}
