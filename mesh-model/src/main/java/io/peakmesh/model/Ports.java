package io.peakmesh.model;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/** A set of ports; an empty set of numbers means every port (SMI TCPRoute). */
public record Ports(SortedSet<Integer> numbers) {
    public static final Ports ALL = new Ports(new TreeSet<>());

    public Ports {
        numbers = Collections.unmodifiableSortedSet(new TreeSet<>(numbers));
    }

    public boolean all() {
        return numbers.isEmpty();
    }

    public boolean contains(int port) {
        return all() || numbers.contains(port);
    }
}
