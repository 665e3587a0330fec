package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Starts everything of one bench run, each as a process of its own, and stops it at the end.
final class Targets implements AutoCloseable {
    private final Path folder;
    private final List<Child> children = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final int upstream;
    private @Nullable String nginxMissing;
    private double startMillis;

    Targets(Map<String, URI> others, Progress progress) throws IOException, InterruptedException {
        folder = Files.createTempDirectory("spangate-bench");
        progress.say("starting the upstream and the OTLP sink");
        upstream = javaPort("dev.spangate.benchmarks.ladder.Upstream", "upstream");
        int sink = javaPort("dev.spangate.testing.SinkMain", "sink");
        targets.add(new Target("direct", at(upstream), "", null));
        progress.say("starting nginx");
        startNginx();
        progress.say("starting the gateway");
        targets.add(startGateway("spangate", sink, 1, List.of()));
        others.forEach((name, uri) -> targets.add(new Target(name, uri, "/openai", null)));
    }

    List<Target> all() {
        return List.copyOf(targets);
    }

    Target named(String name) {
        return targets.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    }

    /// Why there is no nginx row, if there is none.
    @Nullable String nginxMissing() {
        return nginxMissing;
    }

    /// From the start of the gateway's process to its first answered request.
    double startMillis() {
        return startMillis;
    }

    /// A second gateway over `servers` MCP servers; stopped with the rest.
    Target gatewayWith(int servers) throws IOException, InterruptedException {
        return startGateway("spangate-" + servers, 0, servers, List.of());
    }

    private Target startGateway(String name, int sink, int servers, List<String> flags)
            throws IOException, InterruptedException {
        int port = freePort();
        var config = folder.resolve(name + ".yaml");
        Files.writeString(config, gatewayConfig(name, port, sink, servers));
        var jvm =
                new ArrayList<>(
                        List.of("-XX:+UseCompactObjectHeaders", "-XX:+UseSerialGC", "-Xmx256m"));
        jvm.addAll(flags);
        long begin = System.nanoTime();
        var child =
                Child.java(
                        jvm,
                        "dev.spangate.gateway.Main",
                        List.of("run", "--config", config.toString()),
                        folder.resolve(name + ".log"));
        children.add(child);
        var target = new Target(name, at(port), "/openai", child);
        awaitAnswer(target, begin);
        return target;
    }

    private void awaitAnswer(Target target, long begin) throws IOException, InterruptedException {
        for (int tries = 0; tries < 3000; tries++) {
            try (var connection = new Connection(target.base())) {
                var answer = connection.send(target.chat("bench", false, 10), (b, n, t) -> {});
                if (answer.status() == 200) {
                    startMillis = (System.nanoTime() - begin) / 1e6;
                    return;
                }
            } catch (IOException e) {
                // Not listening yet: the loop is bounded, the last failure is told below.
                Thread.sleep(5);
            }
        }
        throw new IOException("the gateway did not answer; see the logs in " + folder);
    }

    private String gatewayConfig(String name, int port, int sink, int servers) {
        var config = new StringBuilder();
        config.append("name: ").append(name).append('\n');
        config.append("listen: { host: 127.0.0.1, port: ").append(port).append(" }\n");
        config.append("admin: { host: 127.0.0.1, port: 0 }\n");
        config.append("llm:\n  providers:\n    openai: { type: openai, base-url: \"")
                .append(at(upstream))
                .append("/v1\", api-key: not-a-real-key }\n");
        config.append("mcp:\n  servers:\n");
        for (int i = 0; i < servers; i++) {
            config.append("    s").append(i).append(": { url: \"").append(at(upstream));
            config.append("/mcp/").append(i).append("\" }\n");
        }
        config.append("telemetry:\n");
        if (sink > 0) {
            config.append("  otlp: [ { name: sink, endpoint: \"")
                    .append(at(sink))
                    .append("\", protocol: http/protobuf } ]\n");
        }
        config.append("  journal: { dir: \"")
                .append(folder.resolve(name + "-journal"))
                .append("\" }\n");
        return config.toString();
    }

    private void startNginx() throws IOException, InterruptedException {
        if (!Files.isExecutable(Path.of("/usr/sbin/nginx"))) {
            nginxMissing = "nginx is not installed (apt-get install nginx-light)";
            return;
        }
        int port = freePort();
        var config = folder.resolve("nginx.conf");
        Files.writeString(
                config,
                """
                daemon off; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/nginx.err;
                events { worker_connections 4096; }
                http {
                  access_log off; client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
                  uwsgi_temp_path %1$s; scgi_temp_path %1$s; client_max_body_size 64m; client_body_buffer_size 4m;
                  upstream model { server 127.0.0.1:%2$d; keepalive 128; }
                  server { listen 127.0.0.1:%3$d; keepalive_requests 1000000;
                    location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
                                 proxy_buffering off; } }
                }
                """
                        .formatted(folder, upstream, port));
        var child =
                Child.start(
                        List.of("/usr/sbin/nginx", "-c", config.toString()),
                        folder.resolve("nginx.log"));
        children.add(child);
        targets.add(new Target("nginx", at(port), "", child));
        Thread.sleep(300);
    }

    private int javaPort(String main, String name) throws IOException, InterruptedException {
        var child =
                Child.java(
                        List.of("-XX:+UseSerialGC", "-Xmx512m"),
                        main,
                        List.of(),
                        folder.resolve(name + ".log"));
        children.add(child);
        return Integer.parseInt(child.await("port=", 30));
    }

    private static URI at(int port) {
        return URI.create("http://127.0.0.1:" + port);
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        for (var child : children.reversed()) {
            child.close();
        }
    }
}
