package dev.spangate.proxy;

import dev.spangate.proxy.UpstreamException.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.ProtocolException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;

/// Says how an exchange failed, in words that name no credential.
final class Failures {
    private Failures() {}

    /// The reason of an abort outweighs what the connection made of it.
    static UpstreamException of(URI uri, Abort abort, Throwable cause) {
        var reason = abort.reason();
        var kind = reason != null ? reason : kind(cause);
        return new UpstreamException(kind, describe(kind, uri.getHost() + port(uri)), cause);
    }

    private static Kind kind(Throwable cause) {
        return switch (cause) {
            case HttpConnectTimeoutException _ -> Kind.CONNECT_TIMEOUT;
            case ConnectException _, NoRouteToHostException _, UnknownHostException _ ->
                    Kind.CONNECT;
            case UnresolvedAddressException _ -> Kind.CONNECT;
            case SSLException _ -> Kind.TLS;
            case ProtocolException _ -> Kind.PROTOCOL;
            case EOFException _ -> Kind.RESET;
            case IOException e when String.valueOf(e.getMessage()).contains("nvalid") ->
                    Kind.PROTOCOL;
            default -> Kind.RESET;
        };
    }

    private static String describe(Kind kind, String target) {
        return switch (kind) {
            case CONNECT -> "no connection to " + target;
            case CONNECT_TIMEOUT -> "no connection to " + target + " in time";
            case TLS -> "TLS with " + target + " failed";
            case FIRST_BYTE_TIMEOUT -> target + " did not answer in time";
            case IDLE_TIMEOUT -> target + " stopped sending";
            case TOTAL_TIMEOUT -> target + " took too long";
            case RESET -> target + " closed the connection before its answer was complete";
            case PROTOCOL -> target + " did not answer in HTTP";
            case TOO_LARGE -> target + " sent too much";
            case CLIENT_GONE -> "the client left";
            case CANCELLED -> "the exchange with " + target + " was cancelled";
        };
    }

    private static String port(URI uri) {
        return uri.getPort() < 0 ? "" : ":" + uri.getPort();
    }
}
