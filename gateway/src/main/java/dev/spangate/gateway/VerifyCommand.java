package dev.spangate.gateway;

import dev.spangate.mcp.McpConfig;
import dev.spangate.proxy.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `spangate verify`: sends a marked run through a running gateway and reads it back.
@Command(
        name = "verify",
        description = {
            "Send one marked run through a running gateway (model call, tool execution, answer) and read it",
            "back: from the gateway, its destinations and Langfuse. Says which hop fails and the way out."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "At no cost: one line in the gateway's configuration, taken up while it runs,",
            "  verify: http://127.0.0.1:9099",
            "lets verify play a provider and an MCP server there. No agent sees them.",
            "",
            "Examples:",
            "  spangate verify --config spangate.yaml",
            "  spangate verify --model openai/gpt-4.1-mini                 that model, verify's own tool",
            "  spangate verify --model fast --tool files__list_directory   that tool is executed once",
            "  spangate verify --otlp-file /var/lib/otelcol/spans.json     what the Collector wrote",
            "",
            "Exit codes: 0 the chain is whole everywhere, 1 it is not, 64 usage or configuration.",
        })
final class VerifyCommand implements Callable<Integer> {
    @Mixin private final AdminCall gateway = new AdminCall();

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The traffic listener; else from the configuration.")
    private @Nullable URI url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            defaultValue = "${env:SPANGATE_KEY}",
            description = "A caller's key; else SPANGATE_KEY, else one of the configuration.")
    private @Nullable String key;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description = "A model of yours (a few hundred tokens); else the one verify plays.")
    private @Nullable String model;

    @Option(
            names = "--tool",
            paramLabel = "TOOL",
            description = "A tool of yours, as /mcp lists it; else the one verify plays.")
    private @Nullable String tool;

    @Option(
            names = "--arguments",
            paramLabel = "JSON",
            description = "What the model is told to give --tool ({}).")
    private @Nullable String arguments;

    @Option(
            names = "--otlp-file",
            paramLabel = "FILE",
            description = "Read back from what a Collector's file exporter writes.")
    private @Nullable Path otlpFile;

    @Option(
            names = "--langfuse",
            paramLabel = "URL",
            description = "Read back from this Langfuse; else from the configuration's.")
    private @Nullable URI langfuse;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait for each place (60).")
    private int wait;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var settings = settings();
        var verification = new Verification(settings, gateway);
        if (!json) {
            verification.tellEach(finding -> finding.print(out));
        }
        var outcome = verification.run();
        if (json) {
            out.println(outcome.json().toPrettyString());
        } else {
            out.println(outcome.sentence());
        }
        out.flush();
        return outcome.good() ? Main.DONE : Main.FAILED;
    }

    private Verification.Settings settings() {
        var config = gateway.config();
        var peer = config == null ? Optional.<URI>empty() : config.verify();
        if ((model == null || tool == null) && peer.isEmpty()) {
            throw new ConfigException(
                    """
                    verify needs a model and a tool. Either add one line to the configuration that --config names,
                      verify: http://127.0.0.1:9099
                    which costs nothing, or name a model (a few hundred tokens) and a tool (it is executed once):
                      --model provider/model --tool server__tool\
                    """
                            .stripIndent());
        }
        var marker =
                "spangate-verify-" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
        var wish = wish(marker);
        return new Verification.Settings(
                traffic(config),
                callerKey(config),
                peer,
                new MarkedRun.Plan(
                        marker,
                        model == null ? McpConfig.CHECK + "/" + VerifyPeer.MODEL : model,
                        tool == null ? "/mcp/" + McpConfig.CHECK : "/mcp",
                        tool == null ? VerifyPeer.TOOL : tool,
                        "with the arguments " + wish),
                wish,
                places(config),
                Duration.ofSeconds(wait));
    }

    private ObjectNode wish(String marker) {
        if (arguments == null) {
            var own = JsonNodeFactory.instance.objectNode();
            return tool == null ? own.put("marker", marker) : own;
        }
        try {
            if (JsonMapper.shared().readTree(arguments) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException _) {
            // Told below.
        }
        throw new ConfigException("--arguments: must be a JSON object, such as {\"path\": \".\"}");
    }

    private URI traffic(@Nullable GatewayConfig config) {
        if (url != null) {
            return url;
        }
        if (config == null) {
            return URI.create("http://127.0.0.1:8080");
        }
        if (config.listen().port() == 0) {
            throw new ConfigException("--url: listen.port is 0, so the address must be named");
        }
        return URI.create(
                "http://%s:%d"
                        .formatted(AdminCall.host(config.listen().host()), config.listen().port()));
    }

    private Optional<String> callerKey(@Nullable GatewayConfig config) {
        if (key != null && !key.isBlank()) {
            return Optional.of(key);
        }
        return config == null
                ? Optional.empty()
                : config.callers().values().stream().map(Secret::reveal).sorted().findFirst();
    }

    private Verification.Places places(@Nullable GatewayConfig config) {
        var environment = System.getenv();
        var telemetry =
                config == null
                        ? GatewayConfig.parse("", environment).telemetry()
                        : config.telemetry();
        var keys = telemetry.langfuse();
        if (langfuse != null && keys == null) {
            throw new ConfigException(
                    "--langfuse: needs LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY, or --config with telemetry.langfuse");
        }
        return new Verification.Places(
                Optional.ofNullable(keys), Optional.ofNullable(langfuse), otlpFile, telemetry);
    }
}
