package dev.spangate.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// Whether a bind address is reachable from this machine alone.
final class Loopback {
    private Loopback() {}

    static boolean is(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException _) {
            return false;
        }
    }
}
