package io.peakmesh.smi.validate;

import io.peakmesh.model.Invalid;
import io.peakmesh.smi.object.MeshObject.SmiObject;
import io.peakmesh.smi.smi.Reader;
import java.util.List;

/** Judges one SMI object by itself, for an admission webhook and for {@code mesh validate}. */
public final class SmiValidation {
    private SmiValidation() {}

    /**
     * What is wrong with the object, at most 20 lines: with an error in it the mesh would not use
     * the object. It is what the index says when it reads the object, so an object without errors
     * here is accepted there; what others lack (a missing route, a missing Service) is not said.
     *
     * @param clusterDomain for example {@code cluster.local}
     */
    public static List<Invalid> judge(SmiObject object, String clusterDomain) {
        return Reader.problems(object, clusterDomain);
    }
}
