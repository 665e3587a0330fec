package dev.spangate.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One agent's run through the gateway, hop by hop: the model asks for a tool, the tool is
/// executed, the model answers.
final class MarkedRun {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final MarkedCalls calls;
    private final Plan plan;
    private final Consumer<Finding> findings;

    /// What is to be run.
    ///
    /// @param marker stands in the question and, where it is ours, in the tool's arguments
    /// @param model as the unified surface takes it
    /// @param path the MCP endpoint
    /// @param tool its exposed name
    /// @param wish what the model is told to give the tool, as text
    record Plan(String marker, String model, String path, String tool, String wish) {}

    /// What was run.
    ///
    /// @param callId the id under which the model asked for the tool
    record Done(String callId) {}

    private MarkedRun(MarkedCalls calls, Plan plan, Consumer<Finding> findings) {
        this.calls = calls;
        this.plan = plan;
        this.findings = findings;
    }

    /// @param findings told of every hop that is good
    /// @throws HopException at the first hop that is not
    static Done run(MarkedCalls calls, Plan plan, Consumer<Finding> findings) {
        return new MarkedRun(calls, plan, findings).run();
    }

    private Done run() {
        var tool = find();
        findings.accept(Finding.good("tools/list", plan.tool + " at " + plan.path));
        var messages = JsonNodeFactory.instance.arrayNode();
        messages.addObject().put("role", "user").put("content", question());
        var asked = ask(messages, tool, true);
        var call = asked.at("/tool_calls/0");
        if (!call.isObject()) {
            throw new HopException(
                    "model asks for the tool",
                    plan.model + " answered without a call",
                    "take a --model that can call tools");
        }
        findings.accept(Finding.good("model asks for the tool", plan.model));
        var result = execute(call);
        messages.add(asked);
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", call.path("id").asString(""))
                .put("content", text(result));
        ask(messages, tool, false);
        findings.accept(Finding.good("model answers", plan.model));
        return new Done(call.path("id").asString(""));
    }

    private String question() {
        return "%s: call the tool %s once, %s. Then answer with one word."
                .formatted(plan.marker, plan.tool, plan.wish);
    }

    /// The tool's definition as the server lists it.
    private JsonNode find() {
        good("tools/list", calls.connect(plan.path));
        var names = new ArrayList<String>();
        var params = JsonNodeFactory.instance.objectNode();
        while (true) {
            var result =
                    good("tools/list", calls.call(plan.path, "tools/list", params)).path("result");
            for (var tool : result.path("tools")) {
                if (tool.path("name").asString("").equals(plan.tool)) {
                    return tool;
                }
                names.add(tool.path("name").asString(""));
            }
            var cursor = result.path("nextCursor").asString("");
            if (cursor.isEmpty()) {
                throw new HopException(
                        "tools/list",
                        "no tool '%s' at %s".formatted(plan.tool, plan.path),
                        names.isEmpty()
                                ? "no server lists any: ./spangate doctor, or GET /api/mcp/servers of the admin listener, says why"
                                : "there are: " + shortened(names));
            }
            params = JsonNodeFactory.instance.objectNode().put("cursor", cursor);
        }
    }

    private static String shortened(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(names.size(), 30)))
                + (names.size() > 30 ? ", …" : "");
    }

    /// The assistant's message.
    ///
    /// @param first the tool is wanted; else it is not any more
    private ObjectNode ask(JsonNode messages, JsonNode tool, boolean first) {
        var hop = first ? "model asks for the tool" : "model answers";
        var request = JsonNodeFactory.instance.objectNode();
        request.put("model", plan.model);
        request.set("messages", messages);
        var function = request.putArray("tools").addObject().put("type", "function");
        var definition = function.putObject("function").put("name", plan.tool);
        definition.put("description", tool.path("description").asString(""));
        definition.set("parameters", tool.path("inputSchema"));
        if (first) {
            var choice = request.putObject("tool_choice").put("type", "function");
            choice.putObject("function").put("name", plan.tool);
        } else {
            request.put("tool_choice", "none");
        }
        var answer = calls.chat(request);
        if (!answer.good()) {
            throw new HopException(hop, said(answer), ModelFix.of(answer, plan.model));
        }
        if (answer.body().at("/choices/0/message") instanceof ObjectNode message) {
            return message;
        }
        throw new HopException(
                hop,
                "an answer without a message",
                "does the base-url of the provider of " + plan.model + " speak chat completions?");
    }

    private JsonNode execute(JsonNode call) {
        var hop = "tool is executed";
        var params = JsonNodeFactory.instance.objectNode().put("name", plan.tool);
        var arguments = call.at("/function/arguments").asString("{}");
        params.set("arguments", JSON.readTree(arguments.isBlank() ? "{}" : arguments));
        var result = good(hop, calls.call(plan.path, "tools/call", params)).path("result");
        boolean failed = result.path("isError").asBoolean(false);
        findings.accept(
                Finding.good(
                        hop,
                        failed
                                ? "the tool itself reports an error; the chain is checked all the same"
                                : plan.path));
        return result;
    }

    private static String text(JsonNode result) {
        var text = new StringBuilder();
        for (var block : result.path("content")) {
            text.append(block.path("text").asString(""));
        }
        return text.isEmpty() ? result.toString() : text.toString();
    }

    private JsonNode good(String hop, MarkedCalls.Answer answer) {
        if (answer.good() && !answer.body().has("error")) {
            return answer.body();
        }
        var fix =
                switch (answer.status()) {
                    case 401 ->
                            "the gateway wants a caller's key: --key, SPANGATE_KEY, or --config with callers";
                    case 403 -> "the caller may not: its key, or listen.allowed-hosts";
                    case 404 ->
                            plan.path.endsWith("spangate-verify")
                                    ? "the running gateway does not know `verify` yet (it reads its file once a second; is it that file?), or `mcp` of this caller leaves spangate-verify out"
                                    : "is --url the traffic listener, and " + plan.path + " there?";
                    default ->
                            "./spangate doctor tells more of the server; so does the gateway's log";
                };
        throw new HopException(hop, said(answer), fix);
    }

    private static String said(MarkedCalls.Answer answer) {
        return answer.status() + (answer.reason().isEmpty() ? "" : ": " + answer.reason());
    }
}
