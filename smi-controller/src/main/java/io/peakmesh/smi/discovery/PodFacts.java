package io.peakmesh.smi.discovery;

import io.peakmesh.model.Invalid;
import io.peakmesh.model.LocalPort;
import io.peakmesh.model.ProxyMode;
import io.peakmesh.model.ServiceAccountName;
import io.peakmesh.model.WorkloadName;
import io.peakmesh.smi.object.Fields;
import io.peakmesh.smi.object.MeshObject.PodObject;
import io.peakmesh.smi.object.Report;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a Pod object says by itself. An annotation that cannot be read leaves in force what the same
 * pod (by uid) said before, else what its absence means.
 *
 * @param addresses canonical, in the pod's order
 * @param past ports on which connections reach the app without its proxy
 * @param zone empty where the pod does not say
 */
record PodFacts(
        PodObject object,
        List<String> addresses,
        ProxyMode proxy,
        Optional<OpaquePorts> opaque,
        OpaquePorts past,
        List<LocalPort> localPorts,
        String zone,
        List<Invalid> problems) {
    /** It becomes a DNS label: {@code <uid>.pod.<trust domain>}. */
    private static final Pattern UID = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    static PodFacts of(PodObject object, @Nullable PodFacts before, String clusterDomain) {
        PodFacts earlier =
                before != null && before.object.meta().uid().equals(object.meta().uid())
                        ? before
                        : null;
        List<Invalid> problems = new ArrayList<>();
        Report report = new Report(object.meta().ref(), problems);
        String uid = object.meta().uid();
        if (!uid.isEmpty() && !UID.matcher(uid).matches()) {
            report.warning(
                    "metadata.uid",
                    "must be lower-case letters, digits and dashes, is "
                            + Fields.quote(uid)
                            + ": one made from the pod's name is used instead");
        }
        Optional<OpaquePorts> opaqueBefore = earlier == null ? Optional.empty() : earlier.opaque;
        ProxyMode modeBefore = earlier == null ? new ProxyMode.Unmeshed() : earlier.proxy;
        return new PodFacts(
                object,
                addresses(object, report),
                ProxyAnnotations.mode(object, modeBefore, report),
                OpaquePorts.read(object.meta().annotations(), opaqueBefore, report),
                OpaquePorts.past(
                        object.meta().annotations(),
                        earlier == null ? OpaquePorts.NONE : earlier.past,
                        report),
                LocalPorts.read(object.meta(), clusterDomain, report),
                Zones.ofPod(object.meta(), earlier == null ? "" : earlier.zone, report),
                problems);
    }

    /** How a port of it is reached: past its proxy where its redirect leaves that port alone. */
    ProxyMode proxyAt(int port) {
        boolean alone = proxy instanceof ProxyMode.Redirect && past.contains(port);
        return alone ? new ProxyMode.Unmeshed() : proxy;
    }

    WorkloadName name() {
        return new WorkloadName(object.meta().namespace(), object.meta().name());
    }

    /** Whether it counts: not one that ran to its end. */
    boolean live() {
        return !object.finished();
    }

    /** Whether its addresses are its own, not its node's. */
    boolean ownsAddresses() {
        return live() && !object.hostNetwork();
    }

    ServiceAccountName serviceAccount() {
        String account = object.serviceAccount();
        return new ServiceAccountName(
                object.meta().namespace(), account.isEmpty() ? "default" : account);
    }

    /** The pod's uid; where it has none, one that its namespace and name always give. */
    String uid() {
        String uid = object.meta().uid();
        return UID.matcher(uid).matches() ? uid : derivedUid(name());
    }

    private static String derivedUid(WorkloadName name) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(name.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    private static List<String> addresses(PodObject object, Report report) {
        Set<String> addresses = new LinkedHashSet<>();
        for (String text : object.ips()) {
            Optional<String> address = IpText.canonical(text);
            address.ifPresent(addresses::add);
            if (address.isEmpty()) {
                report.error("status.podIPs", "must be IP addresses, one is " + Fields.quote(text));
            }
        }
        return List.copyOf(addresses);
    }
}
