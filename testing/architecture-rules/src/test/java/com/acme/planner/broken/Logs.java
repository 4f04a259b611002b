package com.acme.planner.broken;

import java.util.logging.Logger;

/** P10, with what the JDK has. */
final class Logs {
    void classic() {
        Logger.getLogger("planner").info("planned");
    }

    void modern(System.Logger log) {
        log.log(System.Logger.Level.INFO, "planned");
    }
}
