package dev.maintainer.node.run;

/** What was committed has not arrived in time; the message says up to where it has, and where to look. */
public final class DeliveryTimeoutException extends Exception {
    private static final long serialVersionUID = 1L;

    DeliveryTimeoutException(String message) {
        super(message);
    }
}
