package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import java.util.ArrayList;
import java.util.List;

/// Ollama's own `/api/chat`: a JSON value per line, arguments are an object, ids are optional.
final class OllamaWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/ollama/api/chat";
    }

    @Override
    String contentType(boolean stream) {
        return stream ? "application/x-ndjson" : "application/json";
    }

    @Override
    boolean worksWithoutIds() {
        return true;
    }

    @Override
    String mark(String arguments) {
        return arguments;
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var all = new ArrayList<String>();
        for (var message : messages) {
            for (var result : message.results()) {
                all.add(
                        "{\"role\":\"tool\",%s\"tool_name\":%s,\"content\":%s}"
                                .formatted(
                                        member("tool_call_id", result.callId()),
                                        quote(nameOf(result, messages)),
                                        quote(String.join("\n", result.texts()))));
            }
            if (message.role() == Role.ASSISTANT) {
                all.add(assistant(message.text(), own(message)));
            } else if (!message.texts().isEmpty()) {
                String role = message.role() == Role.SYSTEM ? "system" : "user";
                all.add("{\"role\":\"" + role + "\",\"content\":" + quote(message.text()) + "}");
            }
        }
        return "{\"model\":%s,\"stream\":%s,\"messages\":%s}"
                .formatted(quote(model), stream, array(all));
    }

    private static String assistant(String text, List<ToolCall> calls) {
        var all =
                calls.stream()
                        .map(call ->
                                "{%s\"function\":{\"name\":%s,\"arguments\":%s}}"
                                        .formatted(
                                                member("id", call.id()),
                                                quote(call.name()),
                                                call.arguments()))
                        .toList();
        return "{\"role\":\"assistant\",\"content\":%s%s}"
                .formatted(quote(text), all.isEmpty() ? "" : ",\"tool_calls\":" + array(all));
    }

    private static String line(String message, String rest) {
        return "{\"model\":\"model-1\",\"message\":" + message + "," + rest + "}";
    }

    @Override
    byte[] begin(String id) {
        return bytes(line(assistant("", List.of()), "\"done\":false") + "\n");
    }

    @Override
    byte[] call(int position, Called called) {
        return bytes(line(assistant("", List.of(called.call())), "\"done\":false") + "\n");
    }

    @Override
    byte[] end(Whole answer) {
        return bytes(line(assistant(answer.text(), List.of()), DONE) + "\n");
    }

    private static final String DONE =
            "\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":1,\"eval_count\":1";

    @Override
    String whole(Whole answer) {
        var calls = answer.calls().stream().map(Called::call).toList();
        return line(assistant(answer.text(), calls), DONE);
    }
}
