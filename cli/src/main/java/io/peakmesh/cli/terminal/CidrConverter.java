package io.peakmesh.cli.terminal;

import io.peakmesh.xds.translator.name.IpText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads one range of addresses, {@code 203.0.113.0/24} or {@code 2001:db8::/32}. */
public final class CidrConverter implements ITypeConverter<String> {
    private static final Pattern FORM = Pattern.compile("([^/\\s]+)/([0-9]{1,3})");

    @Override
    public String convert(String text) {
        Matcher form = FORM.matcher(text);
        if (form.matches() && IpText.canonical(form.group(1)).isPresent()) {
            String address = form.group(1);
            if (Integer.parseInt(form.group(2)) <= (IpText.isIpv6(address) ? 128 : 32)) {
                return text;
            }
        }
        throw new TypeConversionException(
                "want one CIDR, for example 203.0.113.0/24; several take the option several times");
    }
}
