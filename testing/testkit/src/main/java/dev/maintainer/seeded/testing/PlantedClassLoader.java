package dev.maintainer.seeded.testing;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Has all classes of this project anew, so that those of one package stay in one, and some of them with a bug. Only
 * classes of the JDK and of libraries are shared.
 */
public final class PlantedClassLoader extends ClassLoader {
    static {
        registerAsParallelCapable();
    }

    private static final String OURS = "dev.maintainer.";
    /** Of all loaders: to find a class in a jar takes longer than to define it. */
    private static final Map<String, byte[]> ORIGINALS = new ConcurrentHashMap<>();

    private final Map<String, byte[]> planted;

    /**
     * A loader that has loaded nothing.
     *
     * @param planted classes with a bug, by name
     */
    public PlantedClassLoader(Map<String, byte[]> planted) {
        super(PlantedClassLoader.class.getClassLoader());
        this.planted = Map.copyOf(planted);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = planted.get(name);
        if (bytes == null) {
            bytes = ORIGINALS.get(name);
        }
        if (bytes == null) {
            bytes = original(name);
            ORIGINALS.put(name, bytes);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private byte[] original(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
