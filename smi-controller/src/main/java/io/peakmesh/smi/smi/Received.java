package io.peakmesh.smi.smi;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.ServiceName;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.object.ObjectKey;
import io.peakmesh.smi.status.Condition;
import io.peakmesh.smi.status.Conditions;
import io.peakmesh.smi.status.Judgement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is kept of the newest version of an object for its judgement, whether or not it is used. */
record Received(
        String apiVersion, String uid, long generation, boolean usable, List<Condition> written) {
    private static final String STATUS = "status";

    static Received of(SmiObject object, boolean usable) {
        return new Received(
                object.group() + "/" + object.version(),
                object.meta().uid(),
                object.meta().generation(),
                usable,
                Conditions.written(object.body().get(STATUS)));
    }

    /** The object without its status: nothing that stands there can make the object unusable. */
    static SmiObject spec(SmiObject object) {
        if (!object.body().containsKey(STATUS)) {
            return object;
        }
        Map<String, Object> body = new TreeMap<>(object.body());
        body.remove(STATUS);
        return new SmiObject(object.meta(), object.group(), object.version(), body);
    }

    Judgement judged(
            ObjectKey key,
            List<Invalid> problems,
            Set<ServiceName> services,
            Set<ServiceAccountName> accounts) {
        return new Judgement(
                key,
                apiVersion,
                uid,
                generation,
                usable,
                problems,
                new TreeSet<>(services),
                new TreeSet<>(accounts),
                written);
    }
}
