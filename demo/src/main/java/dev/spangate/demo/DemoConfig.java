package dev.spangate.demo;

import static dev.spangate.demo.Json.object;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The configuration of the demo's gateway, as anybody would write it (JSON is YAML, too).
final class DemoConfig {
    private DemoConfig() {}

    /// @param model where the scripted model listens
    /// @param weather the HTTP server's endpoint
    /// @param receiver the demo's own backend
    /// @param journal an empty folder
    static String of(DemoOptions options, URI model, URI weather, URI receiver, Path journal) {
        var office = JavaProcess.command(OfficeServer.class.getName());
        return Json.write(
                object(
                        "name", "demo",
                        "listen",
                                object(
                                        "host",
                                        "127.0.0.1",
                                        "port",
                                        options.port(),
                                        "access-log",
                                        false),
                        "admin", object("host", "127.0.0.1", "port", 0),
                        "llm",
                                object(
                                        "providers",
                                        object(
                                                "openai", provider("openai", model + "/v1"),
                                                "anthropic",
                                                        provider("anthropic", model.toString()))),
                        "mcp",
                                object(
                                        "servers",
                                        object(
                                                "weather", object("url", weather.toString()),
                                                "office",
                                                        object(
                                                                "command", office.getFirst(),
                                                                "args",
                                                                        office.subList(
                                                                                1,
                                                                                office.size())))),
                        "telemetry",
                                object(
                                        "otlp", destinations(options, receiver),
                                        "journal", object("dir", journal.toString()))));
    }

    private static Map<String, ?> provider(String type, String uri) {
        return object("type", type, "base-url", uri, "api-key", "scripted-model-needs-no-key");
    }

    private static List<Object> destinations(DemoOptions options, URI receiver) {
        var destinations = new ArrayList<Object>();
        destinations.add(destination("demo", receiver));
        if (options.otlp() != null) {
            destinations.add(destination("otlp", options.otlp()));
        }
        return destinations;
    }

    private static Object destination(String name, URI endpoint) {
        return object("name", name, "endpoint", endpoint.toString(), "protocol", "http/protobuf");
    }
}
