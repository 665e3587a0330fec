package dev.spangate.mcp;

/// What the servers are and have, for those who route requests.
record Backends(UpstreamServers servers, Catalog catalog, Tables tables, Tasks tasks) {}
