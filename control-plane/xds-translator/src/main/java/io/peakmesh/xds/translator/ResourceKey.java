package io.peakmesh.xds.translator;

/** What a resource is a function of, besides the mesh. */
public record ResourceKey(XdsType type, String name, Scope scope) {}
