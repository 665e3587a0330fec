package dev.spangate.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// Metrics in Prometheus' text exposition format 0.0.4, named as OpenTelemetry's Prometheus
/// compatibility specification says.
final class PrometheusText {
    private PrometheusText() {}

    static void write(Collection<MetricData> metrics, Appendable out) throws IOException {
        var sorted = metrics.stream().sorted(Comparator.comparing(MetricData::getName)).toList();
        for (var metric : sorted) {
            write(metric, out);
        }
    }

    private static void write(MetricData metric, Appendable out) throws IOException {
        String name = name(metric);
        switch (metric.getType()) {
            case LONG_GAUGE -> {
                head(metric, name, "gauge", out);
                for (LongPointData point : metric.getLongGaugeData().getPoints()) {
                    line(name, point.getAttributes(), "", Long.toString(point.getValue()), out);
                }
            }
            case DOUBLE_GAUGE -> {
                head(metric, name, "gauge", out);
                for (DoublePointData point : metric.getDoubleGaugeData().getPoints()) {
                    line(name, point.getAttributes(), "", number(point.getValue()), out);
                }
            }
            case LONG_SUM -> {
                head(metric, name, sumType(metric), out);
                for (LongPointData point : metric.getLongSumData().getPoints()) {
                    line(name, point.getAttributes(), "", Long.toString(point.getValue()), out);
                }
            }
            case DOUBLE_SUM -> {
                head(metric, name, sumType(metric), out);
                for (DoublePointData point : metric.getDoubleSumData().getPoints()) {
                    line(name, point.getAttributes(), "", number(point.getValue()), out);
                }
            }
            case HISTOGRAM -> {
                head(metric, name, "histogram", out);
                for (HistogramPointData point : metric.getHistogramData().getPoints()) {
                    histogram(name, point, out);
                }
            }
            case SUMMARY, EXPONENTIAL_HISTOGRAM -> {
                // We have none.
            }
        }
    }

    private static void histogram(String name, HistogramPointData point, Appendable out)
            throws IOException {
        long below = 0;
        for (int i = 0; i < point.getCounts().size(); i++) {
            below += point.getCounts().get(i);
            String bound =
                    i < point.getBoundaries().size()
                            ? number(point.getBoundaries().get(i))
                            : "+Inf";
            line(
                    name + "_bucket",
                    point.getAttributes(),
                    "le=\"" + bound + "\"",
                    Long.toString(below),
                    out);
        }
        line(name + "_sum", point.getAttributes(), "", number(point.getSum()), out);
        line(name + "_count", point.getAttributes(), "", Long.toString(point.getCount()), out);
    }

    private static void head(MetricData metric, String name, String type, Appendable out)
            throws IOException {
        String help = metric.getDescription().replace("\\", "\\\\").replace("\n", "\\n");
        out.append("# HELP ").append(name).append(' ').append(help).append('\n');
        out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static void line(
            String name, Attributes labels, String extra, String value, Appendable out)
            throws IOException {
        out.append(name);
        if (!labels.isEmpty() || !extra.isEmpty()) {
            var text = new StringBuilder();
            labels.forEach((key, label) ->
                    text.append(text.isEmpty() ? "" : ",")
                            .append(sane(key.getKey()))
                            .append("=\"")
                            .append(escaped(label.toString()))
                            .append('"'));
            text.append(text.isEmpty() || extra.isEmpty() ? "" : ",").append(extra);
            out.append('{').append(text).append('}');
        }
        out.append(' ').append(value).append('\n');
    }

    static String name(MetricData metric) {
        String name = sane(metric.getName());
        String unit =
                switch (metric.getUnit()) {
                    case "s" -> "seconds";
                    case "ms" -> "milliseconds";
                    case "By" -> "bytes";
                    case "USD" -> "usd";
                    case "1" -> isGauge(metric) ? "ratio" : "";
                    default -> "";
                };
        if (!unit.isEmpty() && !name.endsWith("_" + unit)) {
            name += "_" + unit;
        }
        boolean counter =
                (metric.getType() == MetricDataType.LONG_SUM
                                || metric.getType() == MetricDataType.DOUBLE_SUM)
                        && sumType(metric).equals("counter");
        return counter && !name.endsWith("_total") ? name + "_total" : name;
    }

    private static boolean isGauge(MetricData metric) {
        return metric.getType() == MetricDataType.DOUBLE_GAUGE
                || metric.getType() == MetricDataType.LONG_GAUGE;
    }

    private static String sumType(MetricData metric) {
        boolean monotonic =
                metric.getType() == MetricDataType.LONG_SUM
                        ? metric.getLongSumData().isMonotonic()
                        : metric.getDoubleSumData().isMonotonic();
        return monotonic ? "counter" : "gauge";
    }

    private static String sane(String name) {
        return name.replaceAll("[^a-zA-Z0-9_]", "_");
    }

    private static String escaped(String label) {
        return label.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    private static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return Long.toString((long) value);
        }
        return Double.isInfinite(value)
                ? value > 0 ? "+Inf" : "-Inf"
                : Double.toString(value).toLowerCase(Locale.ROOT).replace("nan", "NaN");
    }
}
