package io.peakmesh.cli.inject;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.ConstructNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * What plain scalars mean to {@code kubectl}: YAML 1.1 where it differs from 1.2, so {@code 0644}
 * is octal and {@code on} is true. What is written by it is quoted accordingly.
 */
final class KubectlSchema extends CoreSchema {
    private static final Pattern BOOL =
            Pattern.compile("y|Y|yes|Yes|YES|on|On|ON|n|N|no|No|NO|off|Off|OFF");
    private static final Pattern OCTAL = Pattern.compile("[-+]?0[0-7_]+");
    private static final Pattern BINARY = Pattern.compile("[-+]?0b[01_]+");
    private static final Pattern GROUPED = Pattern.compile("[-+]?[1-9][0-9]*_[0-9_]*");

    @Override
    public ScalarResolver getScalarResolver() {
        ScalarResolver core = super.getScalarResolver();
        return (text, implicit) -> {
            if (implicit && BOOL.matcher(text).matches()) {
                return Tag.BOOL;
            }
            return implicit && radix(text) != 0 ? Tag.INT : core.resolve(text, implicit);
        };
    }

    @Override
    public Map<Tag, ConstructNode> getSchemaTagConstructors() {
        Map<Tag, ConstructNode> all = new HashMap<>(super.getSchemaTagConstructors());
        ConstructNode whole = all.get(Tag.INT);
        ConstructNode bool = all.get(Tag.BOOL);
        all.put(
                Tag.INT,
                node -> {
                    int radix = radix(text(node));
                    return radix == 0 && whole != null
                            ? whole.construct(node)
                            : number(text(node), radix);
                });
        all.put(
                Tag.BOOL,
                node -> {
                    String text = text(node);
                    return !BOOL.matcher(text).matches() && bool != null
                            ? bool.construct(node)
                            : Boolean.valueOf(
                                    text.toLowerCase(Locale.ROOT).startsWith("y")
                                            || text.equalsIgnoreCase("on"));
                });
        return all;
    }

    private static String text(Node node) {
        return node instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    /** Of a whole number that YAML 1.2 reads otherwise; 0 for any other text. */
    private static int radix(String text) {
        if (OCTAL.matcher(text).matches()) {
            return 8;
        }
        if (BINARY.matcher(text).matches()) {
            return 2;
        }
        return GROUPED.matcher(text).matches() ? 10 : 0;
    }

    private static Number number(String text, int radix) {
        long value = Long.parseLong(text.replace("_", "").replace("0b", ""), radix);
        return value == (int) value ? (Number) (int) value : (Number) value;
    }
}
