package io.peakmesh.peakewma;

/** One that a {@link Balancer} can choose. */
public interface Candidate {
    /** What is known of it. */
    Endpoint endpoint();

    /** Requests that it has not finished, from 0. */
    int outstanding();

    /** Where it stands among the others; must not change while a balancer has it. */
    Place place();
}
