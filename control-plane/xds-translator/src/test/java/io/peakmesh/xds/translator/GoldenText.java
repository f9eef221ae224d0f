package io.peakmesh.xds.translator;

import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A case's resources as the text of its golden files. */
final class GoldenText {
    private static final Map<XdsType, String> FILES =
            Map.of(
                    XdsType.LISTENER, "listeners.yaml",
                    XdsType.CLUSTER, "clusters.yaml",
                    XdsType.ROUTE, "routes.yaml",
                    XdsType.VIRTUAL_HOST, "virtual-hosts.yaml",
                    XdsType.ENDPOINT, "endpoints.yaml");

    private GoldenText() {}

    /** File name → text; a type of which nothing was asked has no file. */
    static SortedMap<String, String> of(TranslatedCase translated) {
        SortedMap<String, String> out = new TreeMap<>();
        FILES.forEach((type, file) -> {
            if (!translated.all(type).isEmpty()) {
                out.put(file, yaml(translated.all(type)));
            }
        });
        return out;
    }

    private static String yaml(SortedMap<String, Optional<Message>> resources) {
        List<Object> list = new ArrayList<>();
        resources.forEach((name, message) -> {
            if (message.isEmpty()) {
                Map<String, Object> absent = new LinkedHashMap<>();
                absent.put("absent", name);
                list.add(absent);
            } else {
                String json = Anys.json(message.get());
                list.add(new Load(LoadSettings.builder().build()).loadFromString(json));
            }
        });
        DumpSettings settings =
                DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .setWidth(100)
                        .setSplitLines(false)
                        .build();
        return new Dump(settings).dumpToString(list);
    }
}
