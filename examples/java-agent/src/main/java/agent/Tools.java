package agent;

import com.openai.core.JsonValue;
import com.openai.models.FunctionDefinition;
import com.openai.models.FunctionParameters;
import com.openai.models.chat.completions.ChatCompletionFunctionTool;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tools of every MCP server behind the gateway, and one that the agent runs itself. */
final class Tools implements AutoCloseable {
    private static final String CALENDAR = "read_calendar";

    private final McpSyncClient mcp;

    private Tools(McpSyncClient mcp) {
        this.mcp = mcp;
    }

    static Tools connect(String gateway) {
        var transport = HttpClientStreamableHttpTransport.builder(gateway).endpoint("/mcp").build();
        McpSyncClient mcp =
                McpClient.sync(transport).requestTimeout(Duration.ofSeconds(30)).build();
        mcp.initialize();
        return new Tools(mcp);
    }

    List<ChatCompletionFunctionTool> definitions() {
        List<ChatCompletionFunctionTool> all = new ArrayList<>();
        for (McpSchema.Tool tool : mcp.listTools().tools()) {
            all.add(definition(tool.name(), tool.description(), tool.inputSchema()));
        }
        all.add(
                definition(
                        CALENDAR,
                        "The user's appointments of a day.",
                        Map.of(
                                "type", "object",
                                "properties", Map.of("day", Map.of("type", "string")),
                                "required", List.of("day"))));
        return all;
    }

    String call(String name, String arguments) {
        if (name.equals(CALENDAR)) {
            return "09:00 stand-up; 18:00 train to the airport";
        }
        var request = new McpSchema.CallToolRequest(McpJsonDefaults.getMapper(), name, arguments);
        return mcp.callTool(request).content().stream()
                .filter(McpSchema.TextContent.class::isInstance)
                .map(content -> ((McpSchema.TextContent) content).text())
                .collect(Collectors.joining("\n"));
    }

    @Override
    public void close() {
        mcp.close();
    }

    private static ChatCompletionFunctionTool definition(
            String name, String description, Map<String, Object> schema) {
        var parameters = FunctionParameters.builder();
        schema.forEach((key, value) -> parameters.putAdditionalProperty(key, JsonValue.from(value)));
        return ChatCompletionFunctionTool.builder()
                .function(
                        FunctionDefinition.builder()
                                .name(name)
                                .description(description == null ? "" : description)
                                .parameters(parameters.build())
                                .build())
                .build();
    }
}
