package io.peakmesh.cli.demo;

import java.io.Closeable;

/** A running instance of one of the shop's apps; closing it is its crash. */
interface App extends Closeable {
    @Override
    void close();
}
