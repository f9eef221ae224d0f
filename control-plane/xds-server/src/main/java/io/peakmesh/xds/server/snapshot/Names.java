package io.peakmesh.xds.server.snapshot;

import io.peakmesh.model.WorkloadName;
import io.peakmesh.xds.translator.XdsType;
import java.util.List;

/** The names that a workload's proxy gets without asking for them. */
public final class Names extends Derived {
    private final XdsType type;
    private final WorkloadName asker;
    private List<String> names = List.of();

    Names(XdsType type, WorkloadName asker) {
        this.type = type;
        this.asker = asker;
    }

    public XdsType type() {
        return type;
    }

    WorkloadName asker() {
        return asker;
    }

    public List<String> names() {
        return names;
    }

    void set(List<String> names) {
        this.names = List.copyOf(names);
    }
}
