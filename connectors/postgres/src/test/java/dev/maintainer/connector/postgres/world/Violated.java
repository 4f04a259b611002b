package dev.maintainer.connector.postgres.world;

/** Something is not as it has to be. Nothing of the product catches it. */
final class Violated extends Error {
    private static final long serialVersionUID = 1L;

    private final Law law;

    Violated(Law law, String text) {
        super(law + ": " + text);
        this.law = law;
    }

    Law law() {
        return law;
    }
}
