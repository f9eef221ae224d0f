package io.peakmesh.peakewma;

import java.util.Objects;

/**
 * Where an endpoint stands among the others.
 *
 * @param weight its share of the load beside others, 1 to 2³²
 * @param priority 0 is asked first, up to 127
 * @param locality name of its locality within the priority
 * @param localityWeight share of that locality, the same for all of it, 0 to 2³²−1
 * @param usable whether it is healthy; others only count in the total of their priority
 */
public record Place(
        long weight, int priority, String locality, long localityWeight, boolean usable) {

    /** The only place where nobody says otherwise. */
    public static final Place DEFAULT = new Place(1, 0, "", 1, true);

    static final int PRIORITIES = 128;
    private static final long MOST_WEIGHT = 1L << 32;
    private static final long MOST_LOCALITY_WEIGHT = 0xffff_ffffL;

    /**
     * Checks each range.
     *
     * @throws IllegalArgumentException with the field's name and range
     */
    public Place {
        Objects.requireNonNull(locality);
        if (weight < 1 || weight > MOST_WEIGHT) {
            throw new IllegalArgumentException("weight must be 1 to 4294967296, not " + weight);
        }
        if (priority < 0 || priority >= PRIORITIES) {
            throw new IllegalArgumentException("priority must be 0 to 127, not " + priority);
        }
        if (localityWeight < 0 || localityWeight > MOST_LOCALITY_WEIGHT) {
            throw new IllegalArgumentException(
                    "locality weight must be 0 to 4294967295, not " + localityWeight);
        }
    }

    /** The same place with another weight, 1 to 2³². */
    public Place withWeight(long newWeight) {
        return new Place(newWeight, priority, locality, localityWeight, usable);
    }
}
