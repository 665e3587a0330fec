package dev.spangate.demo;

import dev.spangate.gateway.Snippets;
import java.util.List;

/// What a person may do after the demo.
final class NextSteps {
    private static final String GATEWAY = "http://127.0.0.1:8080";

    private NextSteps() {}

    static String text() {
        var text = new StringBuilder(KEYS);
        for (String client : List.of("claude-code", "codex", "openai")) {
            text.append("\n--- ").append(client).append(" ---\n");
            text.append(Snippets.of(client, GATEWAY, false));
        }
        return text.append(MORE).toString();
    }

    private static final String KEYS =
            """
            That agent knows nothing of tracing: it has an ordinary model client and an ordinary MCP client.

            To see chains of your own agents in Langfuse, write spangate.yaml:

              llm:
                providers:
                  openai:    { type: openai,    api-key: "${OPENAI_API_KEY}" }
                  anthropic: { type: anthropic, api-key: "${ANTHROPIC_API_KEY}" }
              mcp:
                servers:
                  files: { command: npx, args: [-y, "@modelcontextprotocol/server-filesystem", "."] }
              telemetry:
                langfuse:
                  host: https://cloud.langfuse.com
                  public-key: "${LANGFUSE_PUBLIC_KEY}"    # Langfuse: project settings, API keys
                  secret-key: "${LANGFUSE_SECRET_KEY}"

            start it with ./spangate run --config spangate.yaml and point agents at it:
            """;

    private static final String MORE =
            """

            ./spangate import reads MCP servers from the configuration of Claude, Cursor, VS Code, Codex, OpenCode;
            ./spangate demo --otlp URL sends this demo's spans to a backend of yours, --langfuse to Langfuse.
            """;
}
