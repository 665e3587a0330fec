package dev.spangate.benchmarks.ladder;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// A figure that was measured several times: the median counts, the spread says how far it can be
/// trusted.
record Figure(double median, double low, double high) {
    /// Of at least one value; those that are no number do not count.
    static Figure of(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray();
        if (sorted.length == 0) {
            return new Figure(Double.NaN, Double.NaN, Double.NaN);
        }
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        double median =
                sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Figure(median, sorted[0], sorted[sorted.length - 1]);
    }

    /// `median (low–high)`, short; `-` where nothing was measured.
    @Override
    public String toString() {
        return Double.isNaN(median)
                ? "-"
                : "%s (%s–%s)".formatted(plain(median), plain(low), plain(high));
    }

    /// Three digits are more than such a measurement knows.
    static String plain(double value) {
        double size = Math.abs(value);
        return String.format(
                Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
