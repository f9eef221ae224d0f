package io.peakmesh.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One match of an HTTPRouteGroup: all its parts must hold (AND); several matches are alternatives.
 *
 * @param name its name in the group
 * @param pathRegex RE2, anchored at the start only; empty string = any path (SMI specs v1alpha4)
 * @param methods empty = any
 * @param headers lower-case name → RE2 over the whole value; an absent header never matches
 */
public record HttpMatch(
        String name,
        String pathRegex,
        SortedSet<String> methods,
        SortedMap<String, String> headers) {
    public HttpMatch {
        methods = Collections.unmodifiableSortedSet(new TreeSet<>(methods));
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
    }
}
