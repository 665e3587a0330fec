package dev.spangate.gateway;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/// `spangate why`: why a tool execution was linked to a model's answer, or why not.
@Command(
        name = "why",
        description = "Say why a tool execution is linked to a model's answer, or why not.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate why 5f0c9a1be2d34477         the span of a tool execution, see: spangate chains",
            "  spangate why toolu_01A09q90qw90lq91   a tool call, as the model issued it",
        })
final class WhyCommand implements Callable<Integer> {
    @Mixin private AdminCall gateway = new AdminCall();

    @Parameters(
            paramLabel = "ID",
            description = "The span id of a tool execution, or a tool-call id.")
    private String id;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var escaped = URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20");
        var document = gateway.get("/api/links/" + escaped);
        if (json) {
            out.println(
                    JsonMapper.shared()
                            .writerWithDefaultPrettyPrinter()
                            .writeValueAsString(document));
        } else {
            out.print(WhyText.of(document, Terminal.ofProcess()));
        }
        out.flush();
        return Main.DONE;
    }
}
