package dev.spangate.gateway;

import dev.spangate.proxy.PrivateFile;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `admin.servers-file`: the servers that came through the API, for the next start. Readable by its
/// owner alone, replaced as a whole.
final class ServersFile {
    private static final System.Logger LOG = System.getLogger("spangate.config");
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Path path;
    private final ReentrantLock changing = new ReentrantLock();
    private final ObjectNode servers;

    private ServersFile(Path path, ObjectNode servers) {
        this.path = path;
        this.servers = servers;
    }

    /// Opens it; a file that is missing is empty.
    ///
    /// @throws ConfigException it cannot be read, or its folder cannot be written
    static ServersFile open(Path path) {
        try {
            if (Files.exists(path)
                    && JSON.readTree(Files.readAllBytes(path)) instanceof ObjectNode stored) {
                return new ServersFile(path, stored);
            }
            Files.createDirectories(path.toAbsolutePath().getParent());
            return new ServersFile(path, JsonNodeFactory.instance.objectNode());
        } catch (IOException | JacksonException e) {
            throw new ConfigException(
                    "admin.servers-file: %s cannot be used: %s"
                            .formatted(path, e.getClass().getSimpleName()));
        }
    }

    Map<String, JsonNode> read() {
        var read = new LinkedHashMap<String, JsonNode>();
        servers.properties().forEach(entry -> read.put(entry.getKey(), entry.getValue()));
        return read;
    }

    void put(String name, JsonNode server) {
        change(() -> servers.set(name, server));
    }

    void remove(String name) {
        change(() -> servers.remove(name));
    }

    private void change(Runnable change) {
        changing.lock();
        try {
            change.run();
            PrivateFile.replace(
                    path, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(servers));
        } catch (IOException e) {
            LOG.log(Level.ERROR, "admin.servers-file is not written: {0}", e.toString());
        } finally {
            changing.unlock();
        }
    }
}
