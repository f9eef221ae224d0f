package io.peakmesh.e2e.real.app;

import java.io.Closeable;
import java.net.InetSocketAddress;

/** A server of this JVM. */
public interface App extends Closeable {
    InetSocketAddress address();

    @Override
    void close();
}
