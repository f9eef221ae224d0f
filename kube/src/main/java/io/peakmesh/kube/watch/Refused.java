package io.peakmesh.kube.watch;

import java.io.IOException;

/** The API server's answer that it will not, with its own words. */
final class Refused extends IOException {
    private static final long serialVersionUID = 1;

    private final int code;

    /**
     * @param code of HTTP, or of the Status that ended a watch; 0 where it said none
     */
    Refused(int code, String message) {
        super(message);
        this.code = code;
    }

    int code() {
        return code;
    }

    /** Whether what was asked for is no longer remembered: a version, a page of a list. */
    boolean gone() {
        return code == 410;
    }

    boolean notFound() {
        return code == 404;
    }

    boolean forbidden() {
        return code == 403;
    }

    /** Whether it says nothing of what was asked, only that this is not the time or the caller. */
    boolean passing() {
        return code == 401 || code == 403 || code == 429 || code == 503;
    }
}
