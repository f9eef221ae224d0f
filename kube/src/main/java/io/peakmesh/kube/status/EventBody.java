package io.peakmesh.kube.status;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Notice;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.zip.CRC32;

/** The form of an event (events.k8s.io/v1), within the limits that the API server has for it. */
final class EventBody {
    private static final String CONTROLLER = "peakmesh.io/control-plane";
    private static final String ACTION = "Configure";
    private static final int LONGEST_NOTE = 1024;
    private static final int LONGEST_WORD = 128;
    private static final int LONGEST_NAME_PART = 200;
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private EventBody() {}

    /** Where its events stand; those of an object outside namespaces stand in {@code default}. */
    static String folder(ObjectKey object) {
        return "/apis/events.k8s.io/v1/namespaces/" + namespace(object) + "/events";
    }

    /** A name that no other event has: of the object, the replica, the time and a number. */
    static String name(Notice notice, String instance, Instant now, long number) {
        CRC32 replica = new CRC32();
        replica.update(instance.getBytes(StandardCharsets.UTF_8));
        String object = notice.object().name();
        String part =
                object.length() > LONGEST_NAME_PART
                        ? object.substring(0, LONGEST_NAME_PART).replaceAll("[-.]+$", "")
                        : object;
        return "%s.%08x%012x%x"
                .formatted(part, replica.getValue(), Math.max(0, now.toEpochMilli()), number);
    }

    /** A new event. */
    static ObjectNode created(EventLog.Due due, String instance) {
        Notice notice = due.notice();
        ObjectNode event =
                new ObjectMapper()
                        .createObjectNode()
                        .put("apiVersion", "events.k8s.io/v1")
                        .put("kind", "Event")
                        .put("eventTime", MICROS.format(due.first()))
                        .put("reportingController", CONTROLLER)
                        .put("reportingInstance", cut(instance, LONGEST_WORD))
                        .put("action", ACTION)
                        .put("reason", cut(notice.reason(), LONGEST_WORD))
                        .put("note", cut(notice.message(), LONGEST_NOTE))
                        .put("type", notice.warning() ? "Warning" : "Normal");
        event.putObject("metadata")
                .put("name", due.name())
                .put("namespace", namespace(notice.object()));
        event.putObject("regarding")
                .put("apiVersion", notice.apiVersion())
                .put("kind", notice.object().kind())
                .put("namespace", notice.object().namespace())
                .put("name", notice.object().name())
                .put("uid", notice.uid());
        if (due.count() > 1) {
            series(event, due);
        }
        return event;
    }

    /** What changes when it has happened again. */
    static ObjectNode counted(EventLog.Due due) {
        ObjectNode patch = new ObjectMapper().createObjectNode();
        series(patch, due);
        return patch;
    }

    private static void series(ObjectNode event, EventLog.Due due) {
        event.putObject("series")
                .put("count", due.count())
                .put("lastObservedTime", MICROS.format(due.last()));
    }

    private static String namespace(ObjectKey object) {
        return object.namespace().isEmpty() ? "default" : object.namespace();
    }

    /** At most so many bytes of UTF-8, whole characters only: that is how the server counts. */
    static String cut(String text, int bytes) {
        int used = 0;
        for (int at = 0; at < text.length(); ) {
            int point = text.codePointAt(at);
            used += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
            if (used > bytes) {
                return text.substring(0, at);
            }
            at += Character.charCount(point);
        }
        return text;
    }
}
