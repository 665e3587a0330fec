package dev.spangate.telemetry;

import com.sun.management.UnixOperatingSystemMXBean;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.util.Locale;

/// The basics of OpenTelemetry's JVM metric conventions, read at each collection.
final class JvmMetrics {
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("jvm.memory.type");
    private static final AttributeKey<String> GC = AttributeKey.stringKey("jvm.gc.name");

    private JvmMetrics() {}

    static void register(Meter meter) {
        meter.upDownCounterBuilder("jvm.memory.used")
                .setUnit("By")
                .setDescription("Memory used")
                .buildWithCallback(out -> memory(out, false));
        meter.upDownCounterBuilder("jvm.memory.committed")
                .setUnit("By")
                .setDescription("Memory committed")
                .buildWithCallback(out -> memory(out, true));
        meter.upDownCounterBuilder("jvm.memory.limit")
                .setUnit("By")
                .setDescription("Memory that may be used")
                .buildWithCallback(JvmMetrics::limits);
        meter.upDownCounterBuilder("process.open_file_descriptor.count")
                .setUnit("{file_descriptor}")
                .setDescription("Open files and sockets")
                .buildWithCallback(JvmMetrics::openFiles);
        meter.upDownCounterBuilder("jvm.thread.count")
                .setUnit("{thread}")
                .setDescription("Platform threads")
                .buildWithCallback(
                        out -> out.record(ManagementFactory.getThreadMXBean().getThreadCount()));
        meter.counterBuilder("jvm.gc.time")
                .ofDoubles()
                .setUnit("s")
                .setDescription("Time spent in garbage collections")
                .buildWithCallback(JvmMetrics::collections);
        meter.counterBuilder("jvm.cpu.time")
                .ofDoubles()
                .setUnit("s")
                .setDescription("CPU time of the process")
                .buildWithCallback(out ->
                        ProcessHandle.current()
                                .info()
                                .totalCpuDuration()
                                .ifPresent(time -> out.record(time.toNanos() / 1e9)));
        meter.gaugeBuilder("process.uptime")
                .setUnit("s")
                .setDescription("Time since the process started")
                .buildWithCallback(
                        out -> out.record(ManagementFactory.getRuntimeMXBean().getUptime() / 1e3));
    }

    private static void memory(ObservableLongMeasurement out, boolean committed) {
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            var usage = pool.getUsage();
            if (usage != null) {
                out.record(committed ? usage.getCommitted() : usage.getUsed(), pool(pool));
            }
        }
    }

    private static void limits(ObservableLongMeasurement out) {
        for (var pool : ManagementFactory.getMemoryPoolMXBeans()) {
            var usage = pool.getUsage();
            if (usage != null && usage.getMax() >= 0) {
                out.record(usage.getMax(), pool(pool));
            }
        }
    }

    /// Not on every platform.
    private static void openFiles(ObservableLongMeasurement out) {
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean unix) {
            out.record(unix.getOpenFileDescriptorCount());
        }
    }

    private static Attributes pool(MemoryPoolMXBean pool) {
        return Attributes.of(
                POOL, pool.getName(), TYPE, pool.getType().name().toLowerCase(Locale.ROOT));
    }

    private static void collections(ObservableDoubleMeasurement out) {
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.record(
                    Math.max(0, collector.getCollectionTime()) / 1e3,
                    Attributes.of(GC, collector.getName()));
        }
    }
}
