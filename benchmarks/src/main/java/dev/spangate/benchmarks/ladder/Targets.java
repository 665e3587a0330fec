package dev.spangate.benchmarks.ladder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything that one bench run measures, each a process of its own; stopped at the end, with all
/// that it wrote.
final class Targets implements AutoCloseable {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    private final Path folder;
    private final List<Child> children = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>();
    private final Gateways gateways;
    private final URI upstream;
    private final URI sink;
    private @Nullable String nginxMissing;
    private Gateways.@Nullable Started gateway;

    /// Starts upstream and sink only.
    Targets() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("spangate-bench");
        gateways = new Gateways(folder);
        upstream = Gateways.at(helper("upstream", Upstream.class, List.of()));
        sink = Gateways.at(helper("sink", Upstream.class, List.of()));
        targets.add(new Target("direct", upstream, "", null));
    }

    /// Starts what is compared.
    void startAll(Map<String, URI> others) throws IOException, InterruptedException {
        startNginx();
        var started = gateways.start("spangate", setup("spangate"), List.of());
        gateway = started;
        children.add(started.child());
        targets.add(started.target());
        others.forEach((name, uri) -> targets.add(new Target(name, uri, "/openai", null)));
    }

    List<Target> all() {
        return List.copyOf(targets);
    }

    Gateways gateways() {
        return gateways;
    }

    /// The gateway with everything on.
    Gateways.Started gateway() {
        if (gateway == null) {
            throw new IllegalStateException("the gateway was not started");
        }
        return gateway;
    }

    /// Everything on, with a journal of its own.
    Setup setup(String name) {
        return Setup.full(upstream, sink, folder.resolve(name + "-journal"));
    }

    /// A gateway with parts left out ([Stripped]); stopped with the rest.
    Target stripped(String name, String mode) throws IOException, InterruptedException {
        var argument = upstream.toString();
        if (mode.equals("unrecorded")) {
            var config = folder.resolve(name + ".yaml");
            Files.writeString(config, setup(name).yaml());
            argument = config.toString();
        }
        int port = helper(name, Stripped.class, List.of(mode, argument));
        return new Target(name, Gateways.at(port), "/openai", children.getLast());
    }

    /// Stops it with the rest.
    Target keep(Gateways.Started started) {
        children.add(started.child());
        return started.target();
    }

    /// A file in the run's folder.
    Path file(String name) {
        return folder.resolve(name);
    }

    /// Why there is no nginx row, if there is none.
    @Nullable String nginxMissing() {
        return nginxMissing;
    }

    private void startNginx() throws IOException, InterruptedException {
        if (!Files.isExecutable(NGINX)) {
            nginxMissing = "nginx is not installed (Debian: apt-get install nginx-light)";
            return;
        }
        int port = freePort();
        var config = folder.resolve("nginx.conf");
        Files.writeString(config, nginxConfig(port));
        var log = folder.resolve("nginx.log");
        var child = Child.start(List.of(NGINX.toString(), "-c", config.toString()), log);
        children.add(child);
        var target = new Target("nginx", Gateways.at(port), "", child);
        if (answers(target)) {
            targets.add(target);
        } else {
            nginxMissing = "nginx did not answer: " + child.output();
        }
    }

    private String nginxConfig(int port) {
        return """
        daemon off; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/nginx.err;
        events { worker_connections 4096; }
        http {
          access_log off; client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
          uwsgi_temp_path %1$s; scgi_temp_path %1$s; client_max_body_size 64m; client_body_buffer_size 4m;
          upstream model { server 127.0.0.1:%2$d; keepalive 128; keepalive_requests 1000000; }
          server { listen 127.0.0.1:%3$d backlog=4096; keepalive_requests 1000000;
            location / { proxy_pass http://model; proxy_http_version 1.1; proxy_set_header Connection "";
                         proxy_buffering off; } }
        }
        """
                .formatted(folder, upstream.getPort(), port);
    }

    private static boolean answers(Target target) throws InterruptedException {
        for (int tries = 0; tries < 100; tries++) {
            try (var connection = new Connection(target.base())) {
                var chat = target.chat("bench", false, 10);
                return connection.send(chat, 0, Connection.PieceListener.NONE).asExpected();
            } catch (IOException notYet) {
                Thread.sleep(20);
            }
        }
        return false;
    }

    /// One of this program's own mains; returns its port.
    private int helper(String name, Class<?> main, List<String> args)
            throws IOException, InterruptedException {
        var flags = new ArrayList<>(Gateways.SHIPPED);
        flags.add("-Xmx512m");
        var log = folder.resolve(name + ".log");
        var classPath = System.getProperty("java.class.path");
        var child = Child.java(flags, classPath, main.getName(), args, log);
        children.add(child);
        return Integer.parseInt(child.await("port=", 60));
    }

    /// nginx tells nobody which port it got, so it cannot be asked for any.
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
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
