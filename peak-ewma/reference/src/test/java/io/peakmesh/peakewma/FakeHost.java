package io.peakmesh.peakewma;

/** A candidate by name, whose outstanding requests a test sets. */
final class FakeHost implements Candidate {
    final String address;
    int outstanding;
    private final Endpoint endpoint;
    private final Place place;

    FakeHost(String address, Endpoint endpoint, Place place) {
        this.address = address;
        this.endpoint = endpoint;
        this.place = place;
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public int outstanding() {
        return outstanding;
    }

    @Override
    public Place place() {
        return place;
    }

    @Override
    public String toString() {
        return address;
    }
}
