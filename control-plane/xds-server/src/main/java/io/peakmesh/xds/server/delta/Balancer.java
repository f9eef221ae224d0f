package io.peakmesh.xds.server.delta;

/**
 * How a stream's proxy balances: with Peak-EWMA, or with what every Envoy has.
 *
 * @param peakEwma whether it is sent configuration that names the Peak-EWMA module
 * @param reason why not, for people; empty if it is
 */
public record Balancer(boolean peakEwma, String reason) {
    /** The one marker of a module that this control plane can configure. */
    static final String MARKER = "v1";

    /** The marker of a node that says that it has no module to use. */
    static final String NONE = "none";

    private static final int MAJOR = 1;

    /** Of the first Envoy in which a module can be a load-balancing policy. */
    private static final int MINOR = 38;

    private static final String FIRST = MAJOR + "." + MINOR + ".0";
    private static final Balancer PEAK_EWMA = new Balancer(true, "");

    public Balancer {
        if (peakEwma != reason.isEmpty()) {
            throw new IllegalArgumentException("a reason is for those without Peak-EWMA");
        }
    }

    /** What a node's own words call for. A wrong one costs its own proxy and nobody else. */
    static Balancer of(Request.Node node) {
        return switch (node.module()) {
            case MARKER -> ofBuild(node.build());
            case NONE ->
                    without(
                            node.moduleNote().isEmpty()
                                    ? "the module is not used"
                                    : "the module is not used: " + Printable.of(node.moduleNote()));
            case "" -> without("its node names no Peak-EWMA module");
            default ->
                    without(
                            "its module has version "
                                    + Printable.of(node.module())
                                    + ", this control plane sends "
                                    + MARKER);
        };
    }

    /** Before the proxy said anything. */
    static Balancer unknown() {
        return without("it has not sent its node yet");
    }

    /** After Envoy would not take what names the module. */
    static Balancer refused(String nack) {
        return without("Envoy refused the module: " + Printable.of(nack));
    }

    private static Balancer without(String reason) {
        return new Balancer(false, reason);
    }

    private static Balancer ofBuild(String build) {
        String[] parts = build.split("\\.", 3);
        int major = number(parts[0]);
        int minor = parts.length < 2 ? -1 : number(parts[1]);
        if (major < 0 || minor < 0) {
            return without("its Envoy names no version; " + FIRST + " or newer is needed");
        }
        if (major > MAJOR || (major == MAJOR && minor >= MINOR)) {
            return PEAK_EWMA;
        }
        return without(
                "Envoy "
                        + Printable.of(build)
                        + " is older than "
                        + FIRST
                        + ", the first with module policies");
    }

    private static int number(String digits) {
        return digits.matches("[0-9]{1,9}") ? Integer.parseInt(digits) : -1;
    }
}
