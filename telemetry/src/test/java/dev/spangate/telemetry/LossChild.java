package dev.spangate.telemetry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// A process of its own that records spans until it is killed: half of them held first.
///
/// Arguments: journal folder, ledger, first span number, endpoint.
public final class LossChild {
    private LossChild() {}

    public static void main(String[] arguments) throws Exception {
        var config = Samples.config(Path.of(arguments[0]), URI.create(arguments[3]));
        var pace = new Pace(Duration.ofMillis(20), Duration.ofMillis(20), Duration.ofMillis(200));
        try (var ledger = Ledger.append(Path.of(arguments[1]));
                var telemetry =
                        Telemetry.start(config, Samples.identity(), Segments.Disk.real(), pace)) {
            System.out.println("started");
            for (int i = Integer.parseInt(arguments[2]); ; i++) {
                var draft = Samples.tool(i, "result number " + i);
                if (i % 2 == 0) {
                    telemetry.sink().write(Samples.release(draft));
                } else {
                    telemetry.sink().write(draft);
                    telemetry
                            .sink()
                            .write(Samples.linked(draft.spanId(), null, Samples.span(0), null));
                }
                ledger.add(draft.spanId());
                LockSupport.parkNanos(1_000_000);
            }
        }
    }
}
