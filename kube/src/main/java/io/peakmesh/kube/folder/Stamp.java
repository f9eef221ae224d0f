package io.peakmesh.kube.folder;

/**
 * How a file looks from outside; when any of it changes, the file is read again.
 *
 * @param size in bytes
 * @param modifiedNanos since 1970
 * @param identity device and inode, which change when another file takes the name
 * @param trouble why the file cannot be read; empty when it can
 */
record Stamp(long size, long modifiedNanos, String identity, String trouble) {
    /** There is no such file. */
    static final Stamp GONE = new Stamp(-1, 0, "", "");

    static Stamp trouble(String reason) {
        return new Stamp(-1, 0, "", reason);
    }
}
