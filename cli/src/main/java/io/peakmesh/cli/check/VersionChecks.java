package io.peakmesh.cli.check;

import io.peakmesh.cli.terminal.Version;
import io.peakmesh.kube.survey.Kind;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whether this command, the control plane and all its replicas are of one version. */
final class VersionChecks {
    private final Installation mesh;
    private final Answers controlPlane;
    private final String expected;

    private VersionChecks(Installation mesh, Answers controlPlane, String expected) {
        this.mesh = mesh;
        this.controlPlane = controlPlane;
        this.expected = expected;
    }

    /** {@code expected} is this command's own version where nobody said another. */
    static List<Category> of(Installation mesh, Answers controlPlane, String expected) {
        VersionChecks checks = new VersionChecks(mesh, controlPlane, expected);
        return List.of(
                new Category(
                        "peakmesh-version", List.of(Check.of("cli is up-to-date", checks::cli))),
                new Category(
                        "control-plane-version",
                        List.of(
                                Check.awaited("control plane can be asked", checks::asked)
                                        .asFirst(),
                                Check.of("control plane is up-to-date", checks::current),
                                Check.of("control plane and cli versions match", checks::match),
                                Check.awaited(
                                        "control plane replicas are of one version",
                                        checks::replicas))));
    }

    private Finding cli() {
        return Version.PEAKMESH.equals(expected)
                ? new Finding.Good(expected)
                : new Finding.Warning(
                        "this command is " + Version.PEAKMESH + ", expected is " + expected,
                        "mesh version");
    }

    private String controlPlane() {
        return controlPlane.get("/version").path("peakmesh").asText("unknown");
    }

    private Finding asked() {
        controlPlane();
        return Finding.good();
    }

    private Finding current() {
        return same(controlPlane(), expected, "expected is ");
    }

    private Finding match() {
        return same(controlPlane(), Version.PEAKMESH, "this command is ");
    }

    private Finding same(String version, String other, String said) {
        return version.equals(other)
                ? new Finding.Good(version)
                : new Finding.Warning(
                        "the control plane is " + version + ", " + said + other,
                        mesh.commands().upgrade());
    }

    private Finding replicas() {
        SortedSet<String> images = new TreeSet<>();
        mesh.view().list(Kind.POD, mesh.namespace(), View.OURS, PodFacts::of).stream()
                .filter(PodFacts::running)
                .forEach(pod -> images.addAll(pod.images()));
        return images.size() <= 1
                ? Finding.good()
                : new Finding.Warning(
                        "they run " + String.join(", ", images),
                        mesh.commands()
                                .kubectl(
                                        "rollout status deployment/peakmesh -n "
                                                + mesh.namespace()));
    }
}
