package io.peakmesh.model;

/** The name of this cluster among clusters that share a trust domain. */
public record ClusterId(String name) {
    public ClusterId {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a cluster id must not be empty");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
