package io.peakmesh.cli.cluster;

import io.peakmesh.injector.patch.InjectionSettings;
import io.peakmesh.kube.crd.InjectorWebhook;
import java.util.function.Function;

/**
 * How pods get their sidecars.
 *
 * @param failure what becomes of a pod where no control plane answers, or none knows its namespace
 * @param settings by whether the cluster has native sidecars: Kubernetes 1.29 and newer
 */
public record Injecting(
        InjectorWebhook.Failure failure, Function<Boolean, InjectionSettings> settings) {}
