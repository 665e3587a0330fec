package dev.spangate.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.dataformat.toml.TomlMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/// `spangate import`: another client's MCP servers as our YAML, on standard output.
@Command(
        name = "import",
        description = "Print the MCP servers of another client's configuration as our YAML.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Understood: Claude Desktop and Code, Cursor, Windsurf, Gemini CLI (mcpServers), VS Code",
            "(servers), Codex (config.toml), OpenCode (mcp).",
            "",
            "Examples:",
            "  spangate import ~/.claude.json > servers.yaml",
            "  spangate import ~/.codex/config.toml",
        })
final class ImportCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .build();
    private static final YAMLMapper YAML =
            YAMLMapper.builder()
                    .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
                    .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
                    .build();

    @Parameters(paramLabel = "FILE", description = "The client's JSON or TOML file.")
    private Path file;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var imported = ImportedServers.read(read(file));
        var err = spec.commandLine().getErr();
        imported.remarks().forEach(remark -> err.println("# " + remark));
        if (imported.servers().isEmpty()) {
            throw new CommandException(file + " holds no MCP servers that could be taken over");
        }
        var document = JsonNodeFactory.instance.objectNode();
        var servers = document.putObject("mcp").putObject("servers");
        imported.servers().forEach(servers::set);
        spec.commandLine().getOut().print(YAML.writeValueAsString(document));
        spec.commandLine().getOut().flush();
        return Main.DONE;
    }

    private static JsonNode read(Path file) {
        try {
            var text = Files.readString(file);
            return file.toString().endsWith(".toml")
                    ? TomlMapper.shared().readTree(text)
                    : JSON.readTree(text);
        } catch (IOException e) {
            throw new CommandException(file + " cannot be read: " + e.getMessage());
        } catch (JacksonException e) {
            throw new CommandException(
                    "%s is not valid: line %d, column %d"
                            .formatted(
                                    file,
                                    e.getLocation().getLineNr(),
                                    e.getLocation().getColumnNr()));
        }
    }
}
