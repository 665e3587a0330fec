package dev.spangate.mcp;

/// JSON-RPC 2.0 and MCP error codes.
final class JsonRpc {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int METHOD_NOT_FOUND = -32601;
    static final int INVALID_PARAMS = -32602;
    static final int INTERNAL_ERROR = -32603;

    /// An upstream server did not answer (implementation-defined range).
    static final int UPSTREAM_FAILED = -32010;

    /// A policy refuses (implementation-defined range).
    static final int DENIED = -32011;

    /// 2025-11-25 and before: a resource is unknown.
    static final int RESOURCE_NOT_FOUND = -32002;

    static final int HEADER_MISMATCH = -32020;
    static final int MISSING_CAPABILITY = -32021;
    static final int UNSUPPORTED_VERSION = -32022;

    /// 2025-11-25: the client must visit URLs first.
    static final int URL_ELICITATION_REQUIRED = -32042;

    private JsonRpc() {}
}
