package dev.spangate.redis;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.SslVerifyMode;

/// Opens connections to the store; one thread uses one at a time.
final class Connector {
    /// Certificates are no secret.
    private static final char[] OPEN = "certificates".toCharArray();

    private final HostAndPort address;
    private final JedisClientConfig config;

    /// @throws IllegalArgumentException the file of certificates cannot be read
    Connector(RedisConfig redis) {
        int millis = Math.toIntExact(redis.timeout().toMillis());
        this.address = new HostAndPort(redis.url().getHost(), redis.port());
        var builder =
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(millis)
                        .socketTimeoutMillis(millis)
                        .blockingSocketTimeoutMillis(millis)
                        .database(redis.database())
                        .clientName("spangate");
        if (redis.username() != null) {
            builder.user(redis.username());
        }
        if (redis.password() != null) {
            builder.password(redis.password());
        }
        if (redis.tls()) {
            builder.sslOptions(trusting(redis.ca()));
        }
        this.config = builder.build();
    }

    /// Connects and says who we are; throws what Jedis throws where that fails.
    Jedis connect() {
        var jedis = new Jedis(address, config);
        try {
            jedis.connect();
            return jedis;
        } catch (RuntimeException e) {
            jedis.close();
            throw e;
        }
    }

    /// Names are always checked.
    private static SslOptions trusting(@Nullable Path ca) {
        var options = SslOptions.builder().sslVerifyMode(SslVerifyMode.FULL);
        if (ca == null) {
            return options.build();
        }
        try (InputStream in = Files.newInputStream(ca)) {
            var store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            int number = 0;
            for (var one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca-" + number++, one);
            }
            var out = new ByteArrayOutputStream();
            store.store(out, OPEN);
            return options.trustStoreType("PKCS12")
                    .truststore(() -> new ByteArrayInputStream(out.toByteArray()), OPEN)
                    .build();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "linking.redis.ca: " + ca + " is no readable PEM file of certificates", e);
        }
    }
}
