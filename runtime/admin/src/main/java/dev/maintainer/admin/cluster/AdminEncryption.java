package dev.maintainer.admin.cluster;

import dev.maintainer.runtime.tls.TlsFiles;

/** Whether what people and their tools say to an admin interface can be read on the way. */
public sealed interface AdminEncryption {
    /** Nothing is encrypted, and only programs of this machine can connect: any other address to listen at is refused. */
    record Loopback() implements AdminEncryption {}

    /** Nothing is encrypted, at whatever address. Somebody must have written that down. */
    record Off() implements AdminEncryption {}

    /**
     * TLS 1.2 or later. Callers may show a certificate, and need none. The files are read again when they change.
     *
     * @param files the key and the certificate of this node, and whoever may have signed those of callers
     */
    record Tls(TlsFiles files) implements AdminEncryption {}
}
