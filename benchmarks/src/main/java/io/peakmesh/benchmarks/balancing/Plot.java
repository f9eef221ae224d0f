package io.peakmesh.benchmarks.balancing;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Latency by percentile as an SVG picture, a panel a scenario. Both axes are logarithmic: upwards
 * the latency, to the right how few requests take longer, as in plots of HdrHistogram.
 */
final class Plot {
    /** The scenarios that are drawn, if they were run. */
    private static final List<String> DRAWN =
            List.of(
                    Catalogue.EQUAL,
                    Catalogue.SLOW,
                    Catalogue.STALLS,
                    "freezes",
                    "cold-start",
                    "published");

    private static final Map<Double, String> PERCENTILES =
            Map.of(0.0, "0", 50.0, "50", 90.0, "90", 99.0, "99", 99.9, "99.9", 99.99, "99.99");

    /** Beyond, chance draws the line: so many requests at least must take longer than a point. */
    private static final int BEYOND = 5;

    private static final int POINTS = 140;
    private static final int COLUMNS = 2;
    private static final int PANEL_WIDTH = 480;
    private static final int PANEL_HEIGHT = 290;
    private static final int LEFT = 58;
    private static final int RIGHT = 18;
    private static final int TOP = 34;
    private static final int BOTTOM = 40;
    private static final int HEAD = 64;

    private final StringBuilder out = new StringBuilder();

    private Plot() {}

    static String of(List<Results> results) {
        List<Results> drawn =
                results.stream().filter(one -> DRAWN.contains(one.scenario().name())).toList();
        return new Plot().draw(drawn.isEmpty() ? results : drawn);
    }

    private String draw(List<Results> panels) {
        int width = COLUMNS * PANEL_WIDTH;
        int height = HEAD + (panels.size() + COLUMNS - 1) / COLUMNS * PANEL_HEIGHT;
        add(
                "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d'"
                        + " font-family='sans-serif' font-size='12'>",
                width, height, width, height);
        add("<rect width='%d' height='%d' fill='white'/>", width, height);
        add(
                "<text x='%d' y='24' font-size='16' font-weight='bold'>Latency by percentile, from"
                        + " the moment a request was due</text>",
                LEFT);
        add(
                "<text x='%d' y='24' fill='#444' text-anchor='end'>up: latency, to the right:"
                        + " percentile (both logarithmic)</text>",
                width - RIGHT);
        legend(policies(panels));
        for (int i = 0; i < panels.size(); i++) {
            add(
                    "<g transform='translate(%d,%d)'>",
                    i % COLUMNS * PANEL_WIDTH, HEAD + i / COLUMNS * PANEL_HEIGHT);
            panel(panels.get(i));
            add("</g>");
        }
        add("</svg>");
        return out.toString();
    }

    private static List<Policy> policies(List<Results> panels) {
        List<Policy> policies = new ArrayList<>();
        for (Policy policy : Policy.values()) {
            if (policy != Policy.NO_PROXY
                    && panels.stream().anyMatch(one -> one.rounds().containsKey(policy))) {
                policies.add(policy);
            }
        }
        return policies;
    }

    private void legend(List<Policy> policies) {
        int x = LEFT;
        for (Policy policy : policies) {
            add(
                    "<path d='M%d 46h26' stroke='%s' stroke-width='%s'/><text x='%d' y='50'>%s</text>",
                    x, policy.colour(), thickness(policy), x + 32, policy.label());
            x += 62 + 7 * policy.label().length();
        }
    }

    private void panel(Results results) {
        double mostMillis = 1;
        int requests = Integer.MAX_VALUE;
        for (Policy policy : policies(List.of(results))) {
            double[] millis = results.pooledMillis(policy);
            mostMillis = Math.max(mostMillis, millis[millis.length - 1]);
            requests = Math.min(requests, millis.length);
        }
        Axes axes =
                new Axes(
                        Math.max(1, Math.log10((double) requests / BEYOND)),
                        Math.ceil(Math.log10(mostMillis * 1.1) * 2) / 2);
        add(
                "<text x='%d' y='22' font-size='14' font-weight='bold'>%s</text>",
                LEFT, results.scenario().title());
        grid(axes);
        for (Policy policy : policies(List.of(results))) {
            line(policy, results.pooledMillis(policy), axes);
        }
    }

    private void grid(Axes axes) {
        for (int power = 0; power <= axes.decades(); power++) {
            double y = axes.y(Math.pow(10, power));
            String label = power < 3 ? "%d ms".formatted((int) Math.pow(10, power)) : "1 s";
            add(
                    "<path d='M%d %.1fH%d' stroke='#ddd'/><text x='%d' y='%.1f' fill='#444'"
                            + " text-anchor='end'>%s</text>",
                    LEFT, y, PANEL_WIDTH - RIGHT, LEFT - 6, y + 4, power > 3 ? "10 s" : label);
        }
        for (Map.Entry<Double, String> tick : PERCENTILES.entrySet()) {
            double at = Axes.nines(tick.getKey());
            if (at > axes.nines()) {
                continue;
            }
            add(
                    "<path d='M%.1f %dV%d' stroke='#ddd'/><text x='%.1f' y='%d' fill='#444'"
                            + " text-anchor='middle'>%s</text>",
                    axes.x(at),
                    TOP,
                    PANEL_HEIGHT - BOTTOM,
                    axes.x(at),
                    PANEL_HEIGHT - BOTTOM + 16,
                    tick.getValue() + " %");
        }
    }

    private void line(Policy policy, double[] sorted, Axes axes) {
        StringBuilder path = new StringBuilder();
        for (int point = 0; point <= POINTS; point++) {
            double nines = axes.nines() * point / POINTS;
            double below = 1 - Math.pow(10, -nines);
            int rank = Math.min(sorted.length - 1, (int) (below * sorted.length));
            path.append(point == 0 ? 'M' : 'L')
                    .append(
                            String.format(
                                    Locale.ROOT, "%.1f %.1f", axes.x(nines), axes.y(sorted[rank])));
        }
        add(
                "<path d='%s' fill='none' stroke='%s' stroke-width='%s' stroke-linejoin='round'/>",
                path, policy.colour(), thickness(policy));
    }

    private static String thickness(Policy policy) {
        return policy == Policy.PEAK_EWMA ? "3" : "1.8";
    }

    @FormatMethod
    private void add(@FormatString String format, Object... values) {
        out.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /**
     * A panel's axes: from percentile 0 to so many nines, from 1 ms up to so many decades.
     *
     * @param nines 1 for 90 %, 2 for 99 %…
     */
    private record Axes(double nines, double decades) {
        static double nines(double percentile) {
            return Math.log10(100 / (100 - percentile));
        }

        double x(double atNines) {
            return LEFT + atNines / nines * (PANEL_WIDTH - LEFT - RIGHT);
        }

        double y(double millis) {
            double up = Math.log10(Math.max(1, millis)) / decades;
            return PANEL_HEIGHT - BOTTOM - up * (PANEL_HEIGHT - BOTTOM - TOP);
        }
    }
}
