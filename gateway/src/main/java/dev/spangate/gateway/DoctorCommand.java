package dev.spangate.gateway;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.JsonNodeFactory;

/// `spangate doctor`: looks at everything that a configuration leads to.
@Command(
        name = "doctor",
        description = {
            "Look at everything that a configuration leads to: ports, providers and their keys, MCP servers,",
            "destinations, the journal's folder, the clock. Sends no content and executes no tool; servers",
            "with a command are started, greeted and stopped again."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  spangate doctor --config spangate.yaml",
            "  spangate doctor --json | jq '.findings[] | select(.verdict == \"bad\")'",
            "",
            "Exit codes: 0 nothing is wrong, 1 something is, 64 usage or configuration.",
        })
final class DoctorCommand implements Callable<Integer> {
    private static final Path USUAL = Path.of("spangate.yaml");

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "The YAML file (spangate.yaml).")
    private @Nullable Path file;

    @Option(names = "--json", description = "As one JSON document.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        var out = spec.commandLine().getOut();
        var config = load();
        var findings = Checkup.of(config, file == null ? "no file" : file.toString());
        if (json) {
            var document = JsonNodeFactory.instance.objectNode();
            document.put("good", findings.stream().noneMatch(Finding::isBad));
            document.set("findings", Finding.json(findings));
            out.println(document.toPrettyString());
        } else {
            findings.forEach(finding -> finding.print(out));
            out.println(sentence(findings));
        }
        out.flush();
        return findings.stream().anyMatch(Finding::isBad) ? Main.FAILED : Main.DONE;
    }

    private GatewayConfig load() {
        if (file == null && Files.exists(USUAL)) {
            file = USUAL;
        }
        return file == null ? GatewayConfig.parse("", System.getenv()) : GatewayConfig.load(file);
    }

    private static String sentence(List<Finding> findings) {
        long bad = findings.stream().filter(Finding::isBad).count();
        return bad == 0 ? "nothing is wrong" : bad + " of " + findings.size() + " are wrong";
    }
}
