package io.peakmesh.cli.health;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.peakmesh.cli.health.SourceHealth.Feed;
import io.peakmesh.model.Mesh;
import io.peakmesh.xds.server.ServerStatus.Counters;
import io.peakmesh.xds.server.XdsServer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/** The control plane's own metrics, in Prometheus' text format. */
final class Metrics {
    static final String CONTENT_TYPE = "text/plain; version=0.0.4";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SourceHealth source;
    private final XdsServer xds;
    private final Set<String> kinds = new HashSet<>();
    private volatile Counters counters;

    Metrics(SourceHealth source, XdsServer xds, Supplier<Mesh> mesh) {
        this.source = source;
        this.xds = xds;
        this.counters = xds.status().counters();
        new JvmMemoryMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        ofTheServer();
        gauge("peakmesh.mesh.generation", "times the mesh changed", () -> mesh.get().generation());
        gauge("peakmesh.mesh.services", "services", () -> mesh.get().services().size());
        gauge("peakmesh.mesh.workloads", "workloads", () -> mesh.get().workloads().size());
        gauge("peakmesh.mesh.problems", "errors and remarks", () -> mesh.get().problems().size());
        gauge("peakmesh.leader", "1 on the replica that leads", () -> source.leader() ? 1 : 0);
    }

    private void ofTheServer() {
        Gauge.builder("peakmesh.xds.streams", this, m -> m.counters.streams())
                .description("live delta streams")
                .register(registry);
        counter("peakmesh.xds.refused", "calls that were not let in", Counters::refused);
        counter("peakmesh.xds.responses", "responses sent", Counters::responses);
        counter("peakmesh.xds.acks", "responses that proxies took", Counters::acks);
        counter("peakmesh.xds.nacks", "responses that proxies refused", Counters::nacks);
        counter("peakmesh.xds.sent.bytes", "bytes of resources sent", Counters::bytesSent);
        counter("peakmesh.xds.translations", "resources made", Counters::translations);
        counter(
                "peakmesh.xds.translations.failed",
                "resources that could not be made",
                Counters::failedTranslations);
    }

    private void ofTheFeed(String kind) {
        Tags tags = Tags.of("kind", kind);
        Gauge.builder(
                        "peakmesh.source.connected",
                        source,
                        s -> of(s.feeds(), kind, f -> f.connected() ? 1 : 0))
                .description("1 while changes of this kind arrive")
                .tags(tags)
                .register(registry);
        Gauge.builder("peakmesh.source.objects", source, s -> of(s.feeds(), kind, Feed::objects))
                .description("objects known")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(
                        "peakmesh.source.events", source, s -> of(s.feeds(), kind, Feed::events))
                .description("changes taken in")
                .tags(tags)
                .register(registry);
        FunctionCounter.builder(
                        "peakmesh.source.relists", source, s -> of(s.feeds(), kind, Feed::relists))
                .description("times that all objects were read anew")
                .tags(tags)
                .register(registry);
    }

    private static double of(List<Feed> feeds, String kind, ToDoubleFunction<Feed> value) {
        return feeds.stream().filter(f -> f.kind().equals(kind)).mapToDouble(value).sum();
    }

    private void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<Counters> value) {
        FunctionCounter.builder(name, this, m -> value.applyAsDouble(m.counters))
                .description(description)
                .register(registry);
    }

    /** All of them, as they are now. */
    synchronized String scrape() {
        for (Feed feed : source.feeds()) {
            if (kinds.add(feed.kind())) {
                ofTheFeed(feed.kind());
            }
        }
        counters = xds.status().counters();
        return registry.scrape();
    }
}
