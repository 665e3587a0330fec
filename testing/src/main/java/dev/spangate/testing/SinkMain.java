package dev.spangate.testing;

/// Runs a sink as a process of its own: prints `port=N` and stays until it is stopped.
///
/// One optional argument: the port.
final class SinkMain {
    private SinkMain() {}

    public static void main(String[] args) throws InterruptedException {
        try (var sink = OtlpSink.start(args.length > 0 ? Integer.parseInt(args[0]) : 0)) {
            System.out.println("port=" + sink.port());
            Thread.currentThread().join();
        }
    }
}
