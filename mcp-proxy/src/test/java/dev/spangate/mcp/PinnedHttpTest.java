package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Guarded servers are reached at the address that was checked, and at no other.
class PinnedHttpTest {
    /// No resolver knows this name (RFC 6761).
    private static final String NAME = "rebind.invalid";

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "https://name.example/mcp, 203.0.113.7, https://203.0.113.7/mcp",
        "http://name.example:8080/a%2Fb?q=%20x, 203.0.113.7, http://203.0.113.7:8080/a%2Fb?q=%20x",
        "https://name.example, 2001:db8::1, https://[2001:db8:0:0:0:0:0:1]",
        "https://[2001:db8::2]:1/x, 2001:db8::2, https://[2001:db8:0:0:0:0:0:2]:1/x",
        "http://16843009/x, 1.1.1.1, http://1.1.1.1/x",
    })
    void onlyTheNameIsReplaced(String address, String pinned, String target) throws Exception {
        assertThat(PinnedHttp.at(URI.create(address), InetAddress.getByName(pinned)))
                .isEqualTo(URI.create(target));
    }

    @Test
    void hostKeepsTheNameAndThePort() {
        assertThat(PinnedHttp.host(URI.create("https://name.example/x"))).isEqualTo("name.example");
        assertThat(PinnedHttp.host(URI.create("http://name.example:81/")))
                .isEqualTo("name.example:81");
        assertThat(PinnedHttp.host(URI.create("http://[::1]:81/"))).isEqualTo("[::1]:81");
    }

    /// DNS is asked once; a second answer could be another one.
    @Test
    void aNameIsResolvedOnceForEachRequestAndTheAnswerUsed() throws Exception {
        try (var fake = FakeHttpServer.modern();
                var plain = HttpSender.newClient(Duration.ofSeconds(5)).build()) {
            var lookups = new AtomicInteger();
            var guard =
                    AddressGuard.where(
                            InetAddress::isLoopbackAddress,
                            Set.of(),
                            name -> {
                                assertThat(name).isEqualTo(NAME);
                                lookups.incrementAndGet();
                                return new InetAddress[] {InetAddress.getLoopbackAddress()};
                            });
            var address = URI.create(fake.url().replace("127.0.0.1", NAME));
            var sender = sender(plain, guard);

            var response = sender.send(post(address), new Abort());

            assertThat(response.statusCode()).isEqualTo(200);
            response.body().close();
            assertThat(lookups).hasValue(1);
            assertThat(fake.received.getFirst().http().header("host"))
                    .isEqualTo(NAME + ":" + address.getPort());
        }
    }

    @Test
    void oneForbiddenAddressAmongSeveralIsEnough() {
        var guard =
                AddressGuard.publicOnly(
                        Set.of(),
                        _ ->
                                new InetAddress[] {
                                    address("203.0.113.1"), address("169.254.169.254")
                                });

        assertThatThrownBy(() -> guard.check(URI.create("http://" + NAME + "/")))
                .isInstanceOf(TransportFailure.class)
                .hasMessageContaining("169.254.169.254")
                .hasMessageContaining("allow-hosts");
    }

    /// A name server that answers otherwise the second time gets nowhere.
    @Test
    void rebindingBetweenCheckAndRedirectIsRefused() throws Exception {
        try (var fake = FakeHttpServer.modern();
                var plain = HttpSender.newClient(Duration.ofSeconds(5)).build()) {
            var lookups = new AtomicInteger();
            var guard =
                    AddressGuard.where(
                            address -> !address.equals(address("127.0.0.2")),
                            Set.of(),
                            _ ->
                                    new InetAddress[] {
                                        lookups.getAndIncrement() == 0
                                                ? InetAddress.getLoopbackAddress()
                                                : address("127.0.0.2")
                                    });
            var address = URI.create(fake.url().replace("127.0.0.1", NAME));
            fake.wants(_ ->
                    dev.spangate.testing.Script.script()
                            .send(
                                    "HTTP/1.1 307 T\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n"));

            assertThatThrownBy(() -> sender(plain, guard).send(post(address), new Abort()))
                    .hasMessageContaining("127.0.0.2");
            assertThat(fake.refusedRequests).hasSize(1);
        }
    }

    @Test
    void tlsNamesTheServerAndChecksItsCertificateForTheName() throws Exception {
        var key = key("pinned.invalid");
        try (var server = new TlsServer(context(key, true));
                var plain = HttpSender.newClient(Duration.ofSeconds(5)).build();
                var pinned =
                        new PinnedHttp(
                                plain,
                                tls ->
                                        HttpSender.newClient(Duration.ofSeconds(5))
                                                .sslContext(trusting(key))
                                                .sslParameters(tls)
                                                .build())) {
            var guard =
                    AddressGuard.where(
                            InetAddress::isLoopbackAddress,
                            Set.of(),
                            _ -> new InetAddress[] {InetAddress.getLoopbackAddress()});
            var sender =
                    new HttpSender(
                            new HttpSender.Connections(plain, pinned),
                            Map.of(),
                            Map::of,
                            guard,
                            Duration.ofSeconds(20));

            var response = sender.send(post(server.uri("pinned.invalid")), new Abort());

            assertThat(response.statusCode()).isEqualTo(200);
            response.body().close();
            assertThat(server.sni).containsExactly("pinned.invalid");
            assertThat(server.heads.getFirst())
                    .contains("Host: pinned.invalid:" + server.socket.getLocalPort());
            assertThatThrownBy(() -> sender.send(post(server.uri("other.invalid")), new Abort()))
                    .as("the certificate is for another name, though the address is the same")
                    .isInstanceOf(TransportFailure.class);
            assertThat(server.heads).hasSize(1);
        }
    }

    private static HttpSender sender(java.net.http.HttpClient plain, AddressGuard guard) {
        return new HttpSender(
                new HttpSender.Connections(
                        plain,
                        new PinnedHttp(
                                plain,
                                _ -> {
                                    throw new AssertionError("no TLS here");
                                })),
                Map.of(),
                Map::of,
                guard,
                Duration.ofSeconds(20));
    }

    private static HttpSender.Request post(URI address) {
        return new HttpSender.Request(
                "POST",
                address,
                Map.of("Content-Type", "application/json"),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}"
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private Path key(String name) throws Exception {
        var file = folder.resolve(name + ".p12");
        var tool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made =
                new ProcessBuilder(
                                List.of(
                                        tool,
                                        "-genkeypair",
                                        "-alias",
                                        "k",
                                        "-keyalg",
                                        "EC",
                                        "-dname",
                                        "CN=" + name,
                                        "-ext",
                                        "SAN=dns:" + name,
                                        "-keystore",
                                        file.toString(),
                                        "-storetype",
                                        "PKCS12",
                                        "-storepass",
                                        new String(PASSWORD)))
                        .redirectErrorStream(true)
                        .start();
        var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(made.waitFor()).as(said).isZero();
        return file;
    }

    private static SSLContext trusting(Path key) {
        try {
            return context(key, false);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static SSLContext context(Path key, boolean server) throws Exception {
        var store = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(key)) {
            store.load(in, PASSWORD);
        }
        var context = SSLContext.getInstance("TLS");
        if (server) {
            var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, PASSWORD);
            context.init(keys.getKeyManagers(), null, null);
        } else {
            var trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("k", store.getCertificate("k"));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            context.init(null, trust.getTrustManagers(), null);
        }
        return context;
    }

    /// Answers every request with 200 and keeps what the handshake named.
    private static final class TlsServer implements AutoCloseable {
        private final List<String> sni = new CopyOnWriteArrayList<>();
        private final List<String> heads = new CopyOnWriteArrayList<>();
        private final SSLServerSocket socket;

        TlsServer(SSLContext context) throws IOException {
            socket =
                    (SSLServerSocket)
                            context.getServerSocketFactory()
                                    .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
            Thread.startVirtualThread(this::accept);
        }

        URI uri(String name) {
            return URI.create("https://" + name + ":" + socket.getLocalPort() + "/mcp");
        }

        private void accept() {
            while (!socket.isClosed()) {
                try (var client = (SSLSocket) socket.accept()) {
                    serve(client);
                } catch (IOException refused) {
                    // A client that does not trust us, or the end of the test.
                }
            }
        }

        private void serve(SSLSocket client) throws IOException {
            client.startHandshake();
            var in =
                    new BufferedReader(
                            new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            var head = new StringBuilder();
            for (var line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                head.append(line).append('\n');
            }
            if (head.isEmpty()) {
                return;
            }
            heads.add(head.toString());
            ((ExtendedSSLSession) client.getSession())
                    .getRequestedServerNames()
                    .forEach(name ->
                            sni.add(new String(name.getEncoded(), StandardCharsets.US_ASCII)));
            client.getOutputStream()
                    .write(
                            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"
                                    .getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
