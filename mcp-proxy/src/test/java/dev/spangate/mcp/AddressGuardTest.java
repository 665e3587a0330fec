package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTest {
    private final AddressGuard guard = AddressGuard.publicOnly(Set.of("10.1.2.3", "inner.example"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.9.9.9",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "192.0.0.192",
                "198.18.0.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "::ffff:127.0.0.1",
                "::ffff:169.254.169.254",
                "::127.0.0.1",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "2001:0:1:2::3"
            })
    void privateAndReservedAddressesAreNotPublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "172.32.0.1",
                "100.128.0.1",
                "192.0.2.1",
                "2606:4700::1111",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void otherAddressesArePublic(String address) throws UnknownHostException {
        assertThat(AddressGuard.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/mcp", "http://[::1]/mcp", "http://169.254.169.254/latest",
                        "http://2130706433/", "http://0x7f.1/",
                "http://localhost:8080/mcp", "http://[::ffff:10.0.0.1]/", "ftp://1.1.1.1/",
                        "file:///etc/passwd", "mailto:a@b"
            })
    void addressesInAnyDisguiseAreRefused(String address) {
        assertThatThrownBy(() -> guard.check(URI.create(address)))
                .isInstanceOf(TransportFailure.class);
    }

    @Test
    void allowedHostsAndTrustedServersPass() {
        assertThatCode(() -> guard.check(URI.create("http://10.1.2.3/mcp")))
                .doesNotThrowAnyException();
        assertThatCode(() -> guard.check(URI.create("http://INNER.example/mcp")))
                .doesNotThrowAnyException();
        assertThatCode(() -> AddressGuard.trusting().check(URI.create("http://127.0.0.1/")))
                .doesNotThrowAnyException();
    }
}
