package io.peakmesh.injector.patch;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The annotations {@code config.peakmesh.io/…} of a pod or namespace, and what they may say. */
enum Setting {
    OPAQUE_PORTS("", Form.PORTS),
    LOCAL_PORTS("", Form.ANY),
    SKIP_INBOUND_PORTS("", Form.PORTS),
    SKIP_OUTBOUND_PORTS("", Form.PORTS),
    SKIP_OUTBOUND_CIDRS("", Form.CIDRS),
    PROXY_CPU_REQUEST("10m", Form.QUANTITY),
    PROXY_MEMORY_REQUEST("32Mi", Form.QUANTITY),
    PROXY_CPU_LIMIT("", Form.QUANTITY),
    PROXY_MEMORY_LIMIT("", Form.QUANTITY),
    PROXY_LOG_LEVEL("warning", Form.LOG_LEVEL),
    PROXY_IMAGE("", Form.IMAGE),
    PROXY_CONCURRENCY("1", Form.CONCURRENCY),
    PROXY_WAIT_SECONDS("60", Form.WAIT),
    PROBES("", Form.PROBES);

    private static final int MAX_ITEMS = 100;
    private static final int MAX_LENGTH = 4_000;

    /** What a value looks like, in the words of an error. */
    enum Form {
        ANY("text"),
        PORTS("a comma list of at most 100 ports and ranges such as 3306,8000-8010"),
        CIDRS("a comma list of at most 100 networks such as 10.0.0.0/8,fd00::/8"),
        QUANTITY("a quantity such as 100m, 1, 64Mi or 1Gi"),
        LOG_LEVEL("trace, debug, info, warning, error, critical or off"),
        IMAGE("an image such as registry.example/peakmesh/proxy:0.1.0"),
        CONCURRENCY("a number of worker threads from 1 to 128"),
        WAIT("a number of seconds from 1 to 3600"),
        PROBES("through or rewrite");

        private final String words;

        Form(String words) {
            this.words = words;
        }
    }

    private static final Pattern QUANTITY =
            Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,3})?(m|k|Ki|M|Mi|G|Gi|T|Ti)?");
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][-A-Za-z0-9_./:@]{0,511}");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9.]{7,15}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private final String otherwise;
    private final Form form;

    Setting(String otherwise, Form form) {
        this.otherwise = otherwise;
        this.form = form;
    }

    /** What follows {@code config.peakmesh.io/}. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What holds where nothing is said; empty for none. */
    String otherwise() {
        return otherwise;
    }

    String wanted() {
        return form.words;
    }

    boolean fits(String text) {
        if (text.length() > MAX_LENGTH) {
            return false;
        }
        return switch (form) {
            case ANY -> true;
            case PORTS -> text.isBlank() || items(text).stream().allMatch(Setting::ports);
            case CIDRS -> text.isBlank() || items(text).stream().allMatch(Setting::cidr);
            case QUANTITY -> QUANTITY.matcher(text).matches();
            case LOG_LEVEL ->
                    List.of("trace", "debug", "info", "warning", "error", "critical", "off")
                            .contains(text);
            case IMAGE -> IMAGE.matcher(text).matches();
            case CONCURRENCY -> number(text, 1, 128);
            case WAIT -> number(text, 1, 3600);
            case PROBES -> text.equals("through") || text.equals("rewrite");
        };
    }

    /** The list without blanks around its items; one item that fits nothing if it is too long. */
    static List<String> items(String text) {
        if (text.isBlank()) {
            return List.of();
        }
        String[] items = text.split(",", -1);
        return items.length > MAX_ITEMS
                ? List.of("")
                : List.of(items).stream().map(String::strip).toList();
    }

    private static boolean ports(String item) {
        String[] ends = item.split("-", -1);
        return ends.length <= 2
                && number(ends[0].strip(), 1, 65535)
                && number(ends[ends.length - 1].strip(), 1, 65535)
                && Integer.parseInt(ends[0].strip())
                        <= Integer.parseInt(ends[ends.length - 1].strip());
    }

    private static boolean cidr(String item) {
        String[] parts = item.split("/", -1);
        if (parts.length > 2 || !ADDRESS.matcher(parts[0]).matches()) {
            return false;
        }
        try {
            int bits = InetAddress.ofLiteral(parts[0]).getAddress().length * Byte.SIZE;
            return parts.length == 1 || number(parts[1], 0, bits);
        } catch (IllegalArgumentException noAddress) {
            return false;
        }
    }

    static boolean number(String text, int least, int most) {
        if (text.isEmpty()
                || text.length() > 9
                || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return false;
        }
        int value = Integer.parseInt(text);
        return value >= least && value <= most;
    }
}
