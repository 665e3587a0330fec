package dev.spangate.gateway;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/// Why a connection came to nothing, in words; exceptions of the JDK often have none.
final class Failures {
    private Failures() {}

    static String said(Throwable error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException _, UnresolvedAddressException _ -> {
                    return "the host name is unknown";
                }
                case HttpConnectTimeoutException _ -> {
                    return "no connection in time: a firewall, or the wrong address";
                }
                case HttpTimeoutException _ -> {
                    return "no answer in time";
                }
                case SSLException tls -> {
                    return "TLS: " + tls.getMessage();
                }
                default -> {
                    // Look below it.
                }
            }
        }
        if (error instanceof ConnectException) {
            return "connection refused: nothing listens there";
        }
        var message = error.getMessage();
        return message == null && error instanceof IOException
                ? "the connection broke off"
                : String.valueOf(message);
    }
}
