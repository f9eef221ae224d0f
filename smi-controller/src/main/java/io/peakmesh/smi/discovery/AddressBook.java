package io.peakmesh.smi.discovery;

import io.peakmesh.model.AddressOwner;
import io.peakmesh.smi.derive.Dependents;
import io.peakmesh.smi.derive.Derived;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Who answers at which address: an address that several claim belongs to none of them. */
final class AddressBook {
    private final Dependents<String, AddressOwner> claims = new Dependents<>();
    private final Derived<String, AddressOwner> owners = new Derived<>();

    /** Replaces an owner's claims; returns every other owner that shares one of them. */
    Set<AddressOwner> claim(AddressOwner owner, Set<String> addresses) {
        Set<String> touched = new HashSet<>(claims.lookedAtBy(owner));
        touched.addAll(addresses);
        claims.set(owner, addresses);
        Set<AddressOwner> sharing = new HashSet<>();
        for (String address : touched) {
            Set<AddressOwner> all = claims.of(address);
            owners.set(
                    address,
                    all.size() == 1 ? Optional.of(all.iterator().next()) : Optional.empty());
            sharing.addAll(all);
        }
        sharing.remove(owner);
        return sharing;
    }

    Set<AddressOwner> claimants(String address) {
        return claims.of(address);
    }

    Derived<String, AddressOwner> owners() {
        return owners;
    }
}
