package dev.spangate.mcp;

import dev.spangate.proxy.PrivateFile;
import dev.spangate.proxy.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// `mcp.tool-checks.file`: the pins for the next start. Readable by its owner alone, replaced as a
/// whole.
final class PinFile {
    private static final System.Logger LOG = System.getLogger(PinFile.class.getName());

    private final Path path;

    PinFile(Path path) {
        this.path = path;
    }

    /// Pins that are kept in this file; a missing file is an empty one.
    ///
    /// @throws dev.spangate.proxy.SettingsException it is there and cannot be read: an empty one
    ///   would take every change since for the first sight
    ToolPins open() {
        try {
            var parent = path.toAbsolutePath().getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            if (!Files.exists(path)) {
                return new ToolPins(Json.object(), this::write);
            }
            if (Json.MAPPER.readTree(Files.readAllBytes(path)) instanceof ObjectNode stored) {
                return new ToolPins(stored, this::write);
            }
            throw unusable("no JSON object");
        } catch (IOException | JacksonException e) {
            throw unusable(e.getClass().getSimpleName());
        }
    }

    private SettingsException unusable(String why) {
        return new SettingsException(
                "mcp.tool-checks.file",
                "%s cannot be used (%s); repair it, or remove it to pin all tools anew"
                        .formatted(path, why));
    }

    private void write(ObjectNode document) {
        try {
            PrivateFile.replace(path, Json.bytes(document));
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "mcp.tool-checks.file is not written: {0}",
                    e.toString());
        }
    }
}
