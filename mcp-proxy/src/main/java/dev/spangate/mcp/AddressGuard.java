package dev.spangate.mcp;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Decides which addresses a server may have, by the addresses its host resolves to just before
/// each connect.
///
/// Servers from the configuration file are trusted with any address. Servers that came through the
/// network API may use public addresses only, plus the hosts that the operator allowed: a server
/// entry must not become a way into the private network or to a cloud's metadata service.
final class AddressGuard {
    private final boolean anyAddress;
    private final Predicate<InetAddress> permitted;
    private final Set<String> allowedHosts;
    private final Names names;

    private AddressGuard(
            boolean anyAddress,
            Predicate<InetAddress> permitted,
            Set<String> allowedHosts,
            Names names) {
        this.anyAddress = anyAddress;
        this.permitted = permitted;
        this.allowedHosts = Set.copyOf(allowedHosts);
        this.names = names;
    }

    /// Looks names up.
    interface Names {
        /// All addresses, at least one.
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /// Lets everything pass.
    static AddressGuard trusting() {
        return new AddressGuard(true, _ -> true, Set.of(), InetAddress::getAllByName);
    }

    /// Lets public addresses pass, and hosts listed by name or literal address.
    static AddressGuard publicOnly(Set<String> allowedHosts) {
        return publicOnly(allowedHosts, InetAddress::getAllByName);
    }

    static AddressGuard publicOnly(Set<String> allowedHosts, Names names) {
        return where(AddressGuard::isPublic, allowedHosts, names);
    }

    /// Lets pass what all addresses of a host are permitted for.
    static AddressGuard where(
            Predicate<InetAddress> permitted, Set<String> allowedHosts, Names names) {
        return new AddressGuard(false, permitted, allowedHosts, names);
    }

    /// @return the one address to connect to, so that DNS is not asked again; empty where any will
    ///   do
    /// @throws TransportFailure if the address is not http(s), does not resolve, or is not allowed
    Optional<InetAddress> check(URI address) {
        var scheme =
                address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
        var host = address.getHost();
        if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw forbidden("has no http or https address");
        }
        if (anyAddress || allowedHosts.contains(host.toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        var all = resolve(host);
        for (var resolved : all) {
            if (!permitted.test(resolved)) {
                throw forbidden(
                        "address %s of host %s is not public; list the host under mcp.registration.allow-hosts to allow it"
                                .formatted(resolved.getHostAddress(), host));
            }
        }
        return Optional.of(all[0]);
    }

    private InetAddress[] resolve(String host) {
        try {
            return names.resolve(host);
        } catch (UnknownHostException unknown) {
            throw new TransportFailure(
                    McpUpstreamException.Kind.CONNECT, "host " + host + " is unknown", unknown);
        }
    }

    /// Whether the address is routable on the public internet, also behind IPv4-in-IPv6 and NAT64
    /// forms.
    static boolean isPublic(InetAddress address) {
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        var bytes = address.getAddress();
        return address instanceof Inet4Address ? isPublic4(bytes, 0) : isPublic6(bytes);
    }

    private static boolean isPublic4(byte[] bytes, int at) {
        var first = bytes[at] & 0xff;
        var second = bytes[at + 1] & 0xff;
        return switch (first) {
            case 0, 10, 127 -> false;
            case 100 -> second < 64 || second > 127; // carrier-grade NAT, some clouds' metadata
            case 169 -> second != 254;
            case 172 -> second < 16 || second > 31;
            case 192 -> second != 168 && !(second == 0 && (bytes[at + 2] & 0xff) == 0);
            case 198 -> second != 18 && second != 19;
            default -> first < 224;
        };
    }

    private static boolean isPublic6(byte[] bytes) {
        var head = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        if ((head & 0xfe00) == 0xfc00 || (head & 0xffc0) == 0xfe80 || (head & 0xffc0) == 0xfec0) {
            return false; // unique local, link local, site local
        }
        if (head == 0x2002) {
            return isPublic4(bytes, 2); // 6to4
        }
        if (head == 0x0064 && (bytes[2] & 0xff) == 0xff && (bytes[3] & 0xff) == 0x9b) {
            return isPublic4(bytes, 12); // NAT64
        }
        for (var i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return head != 0x2001 || (bytes[2] | bytes[3]) != 0; // all but Teredo
            }
        }
        return isPublic4(bytes, 12) && (bytes[12] | bytes[13]) != 0; // IPv4 in IPv6
    }

    private static TransportFailure forbidden(String message) {
        return new TransportFailure(McpUpstreamException.Kind.CONNECT, message);
    }
}
