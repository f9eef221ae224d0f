package io.peakmesh.smi.status;

import io.peakmesh.smi.object.ObjectKey;

/**
 * An event for an object's author (events.k8s.io/v1).
 *
 * @param warning else it is a normal one
 * @param reason one CamelCase word
 * @param message for people, at most 1,024 characters
 */
public record Notice(
        ObjectKey object,
        String apiVersion,
        String uid,
        boolean warning,
        String reason,
        String message) {}
