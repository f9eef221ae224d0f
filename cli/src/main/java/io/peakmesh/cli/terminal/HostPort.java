package io.peakmesh.cli.terminal;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An address to listen at or to connect to; IPv6 addresses are written in brackets. */
public record HostPort(String host, int port) {
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }

    /** Reads {@code host:port}. */
    public static final class Converter implements ITypeConverter<HostPort> {
        private static final Pattern FORM =
                Pattern.compile("(\\[([0-9A-Fa-f:.]+)]|([^\\s:\\[\\]]+)):([0-9]{1,5})");

        @Override
        public HostPort convert(String text) {
            Matcher form = FORM.matcher(text);
            if (form.matches() && Integer.parseInt(form.group(4)) <= 65_535) {
                String host = form.group(2) == null ? form.group(3) : form.group(2);
                return new HostPort(host, Integer.parseInt(form.group(4)));
            }
            throw new TypeConversionException("want HOST:PORT, for example 127.0.0.1:15010");
        }
    }
}
