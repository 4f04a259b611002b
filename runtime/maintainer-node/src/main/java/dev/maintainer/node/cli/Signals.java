package dev.maintainer.node.cli;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system. The JDK has no supported interface for them: without its own handler a process that is asked
 * to end runs its shutdown hooks at once and can no longer be asked a second time. Reached by reflection, because a use of
 * {@code sun.misc} is a warning that nothing can silence.
 */
final class Signals {
    private Signals() {}

    /**
     * Takes a signal from now on.
     *
     * @param name without SIG, such as {@code TERM}
     * @param handler runs on a thread of the JDK at each signal
     * @return false if this JDK or system has no such signal; then the signal does what it always does
     */
    static boolean take(String name, Runnable handler) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handles = Class.forName("sun.misc.SignalHandler");
            InvocationHandler invoked = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    handler.run();
                    yield null;
                }
                case "hashCode" -> System.identityHashCode(proxy);
                case "equals" -> proxy == arguments[0];
                default -> "handler of SIG" + name;
            };
            Object made = Proxy.newProxyInstance(handles.getClassLoader(), new Class<?>[] {handles}, invoked);
            signal.getMethod("handle", signal, handles)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), made);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
