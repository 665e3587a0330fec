package dev.spangate.demo;

import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema;
import java.util.logging.LogManager;

/// The sample MCP server over stdio, a process of its own made with the MCP Java SDK.
public final class OfficeServer {
    private OfficeServer() {}

    /// Serves until its input ends.
    public static void main(String[] args) {
        LogManager.getLogManager().reset(); // standard error is read by whoever started us
        var mapper = McpJsonDefaults.getMapper();
        McpServer.sync(new StdioServerTransportProvider(mapper))
                .serverInfo("office", "1.0.0")
                .capabilities(McpSchema.ServerCapabilities.builder().tools(false).build())
                .tools(SampleTools.office().stream().map(OfficeServer::specification).toList())
                .build();
    }

    private static SyncToolSpecification specification(SampleTool tool) {
        var definition =
                McpSchema.Tool.builder(tool.name(), tool.schema())
                        .description(tool.description())
                        .build();
        return new SyncToolSpecification(
                definition,
                (exchange, request) -> {
                    var outcome = tool.call(request.arguments());
                    return McpSchema.CallToolResult.builder()
                            .addTextContent(outcome.text())
                            .isError(outcome.error())
                            .build();
                });
    }
}
