package io.peakmesh.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address to listen at or to connect to; IPv6 addresses are written in brackets. */
public record HostPort(String host, int port) {
    /** Reads {@code host:port}. */
    static final class Converter implements ITypeConverter<HostPort> {
        @Override
        public HostPort convert(String text) {
            int colon = text.lastIndexOf(':');
            try {
                int port = Integer.parseInt(text.substring(colon + 1));
                String host = text.substring(0, Math.max(0, colon)).replaceAll("^\\[|\\]$", "");
                if (!host.isEmpty() && port >= 0 && port <= 65_535) {
                    return new HostPort(host, port);
                }
            } catch (NumberFormatException notANumber) {
                // said below
            }
            throw new TypeConversionException("want HOST:PORT, for example 127.0.0.1:15010");
        }
    }
}
