package io.peakmesh.xds.translator;

/**
 * What a resource is a function of, besides the mesh.
 *
 * @param peakEwma whether it may name the Peak-EWMA module; false also where it makes no difference
 */
public record ResourceKey(XdsType type, String name, Scope scope, boolean peakEwma) {
    /** For every proxy alike, with the module or without. */
    public ResourceKey(XdsType type, String name, Scope scope) {
        this(type, name, scope, false);
    }
}
