package io.peakmesh.model;

/** What a port speaks, as far as the mesh needs to know. */
public enum Protocol {
    /** Not declared: the proxy looks at the first bytes and takes HTTP/1, HTTP/2 or TCP. */
    DETECT,
    HTTP1,
    /** HTTP/2 with prior knowledge (h2c). */
    HTTP2,
    GRPC,
    /** Bytes both ways, never looked at: also what an opaque port is. */
    TCP,
    UDP;

    public boolean isHttp() {
        return this == HTTP1 || this == HTTP2 || this == GRPC;
    }
}
