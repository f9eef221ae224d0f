package io.peakmesh.xds.translator.endpoint;

import io.peakmesh.model.Endpoint;
import io.peakmesh.model.Service;
import io.peakmesh.model.ServiceName;
import io.peakmesh.xds.translator.MeshView;
import io.peakmesh.xds.translator.Scope;
import io.peakmesh.xds.translator.lb.Balancers;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * Which endpoints callers of a zone prefer, as weights: a preferred one weighs {@link #PREFERENCE}
 * times as much as it would. A policy that looks at load then leaves it as soon as it costs so many
 * times what another does, so overload spills over by itself.
 *
 * <p>Preferred are those whose hints name the zone, if all ready endpoints of the port have hints;
 * where one has none the hints of all are ignored, as kube-proxy does. Then, and only for a service
 * that prefers its callers' zone, those of the zone itself are. Where all ready endpoints are
 * preferred, or none, the zone makes no difference. Neither does it for a service whose endpoints
 * are chosen by hash: the same key goes to the same endpoint from everywhere.
 */
final class ZonePreference {
    static final int PREFERENCE = 8;

    private final Optional<String> zone;
    private final MeshView mesh;

    private ZonePreference(Optional<String> zone, MeshView mesh) {
        this.zone = zone;
        this.mesh = mesh;
    }

    /**
     * @param called the service whose policy chooses
     */
    static ZonePreference of(Scope scope, ServiceName called, MeshView mesh) {
        return new ZonePreference(
                scope instanceof Scope.OfZone(String zone)
                                && !Balancers.hashes(mesh.balancing(called))
                        ? Optional.of(zone)
                        : Optional.empty(),
                mesh);
    }

    /** The weights of a service's ready endpoints. */
    ToIntFunction<Endpoint> weights(ServiceName service, List<Endpoint> ready) {
        Predicate<Endpoint> near = zone.map(z -> near(z, service, ready)).orElse(_ -> false);
        long preferred = ready.stream().filter(near).count();
        return preferred == 0 || preferred == ready.size()
                ? Endpoint::weight
                : e -> near.test(e) ? PREFERENCE * e.weight() : e.weight();
    }

    private Predicate<Endpoint> near(String here, ServiceName service, List<Endpoint> ready) {
        if (ready.stream().noneMatch(e -> e.forZones().isEmpty())) {
            return e -> e.forZones().contains(here);
        }
        return mesh.service(service).map(Service::preferSameZone).orElse(false)
                ? e -> e.zone().equals(here)
                : _ -> false;
    }
}
