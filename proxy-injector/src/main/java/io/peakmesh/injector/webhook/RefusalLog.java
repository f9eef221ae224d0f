package io.peakmesh.injector.webhook;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs the first refusals of each minute, and of the others how many there were. */
final class RefusalLog {
    static final int LINES_A_MINUTE = 5;

    private static final Logger LOG = LoggerFactory.getLogger(RefusalLog.class);
    private static final int MAX_CHARS = 300;

    private int count;

    void refused(String path, int status, String why) {
        synchronized (this) {
            count++;
            if (count > LINES_A_MINUTE) {
                return;
            }
        }
        LOG.warn("request refused: path={} status={} reason={}", shown(path), status, shown(why));
    }

    /** To be called when a minute is over. */
    void minute() {
        int more;
        synchronized (this) {
            more = count - LINES_A_MINUTE;
            count = 0;
        }
        if (more > 0) {
            LOG.warn("more requests refused in the last minute: count={}", more);
        }
    }

    /** Callers write part of it: one line, and not a long one. */
    private static String shown(String text) {
        String line = text.replaceAll("\\p{Cntrl}", " ");
        return line.length() > MAX_CHARS ? line.substring(0, MAX_CHARS) + "…" : line;
    }
}
