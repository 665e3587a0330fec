package dev.spangate.gateway;

/// What somebody reads who starts without a configuration.
final class GettingStarted {
    static final String TEXT =
            """

            Nothing is configured yet. Write spangate.yaml, for example:

              llm:
                providers:
                  openai:    { type: openai,    api-key: "${OPENAI_API_KEY}" }
                  anthropic: { type: anthropic, api-key: "${ANTHROPIC_API_KEY}" }
              mcp:
                servers:
                  files: { command: npx, args: [-y, "@modelcontextprotocol/server-filesystem", "."] }
              telemetry:
                langfuse: { public-key: "${LANGFUSE_PUBLIC_KEY}", secret-key: "${LANGFUSE_SECRET_KEY}" }

            then start again with --config spangate.yaml. Also:
              ./spangate demo                       see it work without any account
              ./spangate import ~/.claude.json      MCP servers you already use, as YAML
              ./spangate connect claude-code        point a client at the gateway
            """;

    private GettingStarted() {}
}
