package io.peakmesh.identity.attest;

import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import java.util.Optional;

/** Which pods there are now. Quick, and safe to call from any thread. */
public interface LivePods {
    Optional<LivePod> find(WorkloadName name);

    record LivePod(String uid, ServiceAccountName account) {}
}
