package dev.spangate.benchmarks.linking;

import dev.spangate.linking.Message;
import dev.spangate.linking.Message.Role;
import dev.spangate.linking.ToolCall;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// AWS Bedrock Converse, streams in AWS's own framing.
final class BedrockWire extends WireDialect {
    @Override
    String path(boolean stream) {
        return "/bedrock/model/model-1/" + (stream ? "converse-stream" : "converse");
    }

    @Override
    String contentType(boolean stream) {
        return stream ? "application/vnd.amazon.eventstream" : "application/json";
    }

    @Override
    String request(String model, List<Message> messages, String previous, boolean stream) {
        var all = new ArrayList<String>();
        var system = new ArrayList<String>();
        for (var message : merged(messages)) {
            if (message.role() == Role.SYSTEM) {
                system.add(text(message.text()));
                continue;
            }
            var blocks = new ArrayList<String>();
            for (var result : message.results()) {
                var parts = result.texts().stream().map(BedrockWire::text).toList();
                blocks.add(
                        "{\"toolResult\":{%s\"content\":%s,\"status\":\"success\"}}"
                                .formatted(member("toolUseId", result.callId()), array(parts)));
            }
            message.texts().forEach(each -> blocks.add(text(each)));
            own(message).forEach(call -> blocks.add(use(call)));
            String role = message.role() == Role.ASSISTANT ? "assistant" : "user";
            all.add("{\"role\":\"" + role + "\",\"content\":" + array(blocks) + "}");
        }
        return "{\"system\":" + array(system) + ",\"messages\":" + array(all) + "}";
    }

    private static String text(String text) {
        return "{\"text\":" + quote(text) + "}";
    }

    private static String use(ToolCall call) {
        return "{\"toolUse\":{%s\"name\":%s,\"input\":%s}}"
                .formatted(member("toolUseId", call.id()), quote(call.name()), call.arguments());
    }

    /// One message of the event stream with its checksums.
    private static byte[] event(String type, String payload) {
        var headers = new ByteArrayOutputStream();
        header(headers, ":message-type", "event");
        header(headers, ":event-type", type);
        header(headers, ":content-type", "application/json");
        byte[] body = bytes(payload);
        int total = 16 + headers.size() + body.length;
        var message = ByteBuffer.allocate(total).putInt(total).putInt(headers.size());
        message.putInt(crc(message.array(), 8));
        message.put(headers.toByteArray()).put(body);
        message.putInt(crc(message.array(), total - 4));
        return message.array();
    }

    private static void header(ByteArrayOutputStream out, String name, String value) {
        out.write(name.length());
        out.writeBytes(bytes(name));
        out.write(7);
        out.write(value.length() >> 8);
        out.write(value.length());
        out.writeBytes(bytes(value));
    }

    private static int crc(byte[] bytes, int length) {
        var crc = new CRC32();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    private static byte[] together(byte[]... events) {
        var all = new ByteArrayOutputStream();
        for (byte[] event : events) {
            all.writeBytes(event);
        }
        return all.toByteArray();
    }

    @Override
    byte[] begin(String id) {
        return event("messageStart", "{\"role\":\"assistant\"}");
    }

    @Override
    byte[] call(int position, Called called) {
        var call = called.call();
        String place = "\"contentBlockIndex\":" + position;
        return together(
                event(
                        "contentBlockStart",
                        "{\"start\":{\"toolUse\":{%s\"name\":%s}},%s}"
                                .formatted(
                                        member("toolUseId", call.id()), quote(call.name()), place)),
                event(
                        "contentBlockDelta",
                        "{\"delta\":{\"toolUse\":{\"input\":%s}},%s}"
                                .formatted(quote(call.arguments()), place)),
                event("contentBlockStop", "{" + place + "}"));
    }

    @Override
    byte[] end(Whole answer) {
        byte[] text =
                answer.text().isEmpty()
                        ? new byte[0]
                        : event(
                                "contentBlockDelta",
                                "{\"delta\":%s,\"contentBlockIndex\":%d}"
                                        .formatted(text(answer.text()), answer.calls().size()));
        return together(
                text,
                event("messageStop", "{\"stopReason\":" + reason(answer) + "}"),
                event("metadata", "{\"usage\":{\"inputTokens\":1,\"outputTokens\":1}}"));
    }

    private static String reason(Whole answer) {
        return answer.calls().isEmpty() ? "\"end_turn\"" : "\"tool_use\"";
    }

    @Override
    String whole(Whole answer) {
        var blocks = new ArrayList<String>();
        answer.calls().forEach(each -> blocks.add(use(each.call())));
        if (!answer.text().isEmpty()) {
            blocks.add(text(answer.text()));
        }
        return "{\"output\":{\"message\":{\"role\":\"assistant\",\"content\":%s}},\"stopReason\":%s,\"usage\":{\"inputTokens\":1,\"outputTokens\":1}}"
                .formatted(array(blocks), reason(answer));
    }
}
