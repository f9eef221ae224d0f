package io.peakmesh.xds.translator.name;

/** Port numbers in names. */
final class Port {
    private Port() {}

    /** 1 to 65535, or 0 for anything that is not a port in its one written form. */
    static int parse(String text) {
        if (text.isEmpty() || text.length() > 5 || text.charAt(0) == '0') {
            return 0;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return 0;
            }
        }
        int port = Integer.parseInt(text);
        return port <= 65535 ? port : 0;
    }
}
