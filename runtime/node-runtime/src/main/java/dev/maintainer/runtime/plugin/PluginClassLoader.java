package dev.maintainer.runtime.plugin;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * The class loader of one jar. It sees the JDK, the contracts from the host, so that both sides mean the same types, and
 * the jar; no other class of the host, and no other plug-in.
 */
final class PluginClassLoader extends URLClassLoader {
    /** Packages of the contracts; the host has them, and a jar must not. */
    static final List<String> CONTRACTS = List.of("dev.maintainer.api.", "dev.maintainer.scheduler.spi.");

    private static final String ANNOTATIONS = "org.jspecify.annotations.";

    private final ClassLoader host;

    PluginClassLoader(Path jar, ClassLoader host) throws MalformedURLException {
        super("plugin:" + jar.getFileName(), new URL[] {jar.toUri().toURL()}, ClassLoader.getPlatformClassLoader());
        this.host = host;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        return isShared(name) ? host.loadClass(name) : super.loadClass(name, resolve);
    }

    private static boolean isShared(String name) {
        return name.startsWith(ANNOTATIONS) || CONTRACTS.stream().anyMatch(name::startsWith);
    }
}
