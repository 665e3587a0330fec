package dev.spangate.demo;

import dev.spangate.demo.SampleTool.ToolOutcome;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The tools an agent has: those of one MCP endpoint, and its own.
///
/// Calls of one answer run side by side. A connection that breaks is made anew and the call tried
/// again.
final class ToolBelt implements AutoCloseable {
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    private final URI endpoint;
    private final Map<String, String> headers;
    private final List<SampleTool> own;
    private final int tries;
    private final ReentrantLock connecting = new ReentrantLock();
    private final AtomicInteger executions = new AtomicInteger();
    private @Nullable McpSyncClient client;

    ToolBelt(URI endpoint, Map<String, String> headers, List<SampleTool> own, int tries) {
        this.endpoint = endpoint;
        this.headers = Map.copyOf(headers);
        this.own = List.copyOf(own);
        this.tries = tries;
    }

    /// What the model is offered: the endpoint's tools under their exposed names, then our own.
    List<SampleTool> definitions() {
        var all = new ArrayList<SampleTool>();
        for (McpSchema.Tool tool : connected().listTools().tools()) {
            all.add(
                    new SampleTool(
                            tool.name(),
                            tool.description() == null ? "" : tool.description(),
                            parameters(tool.inputSchema()),
                            arguments -> remote(tool.name(), arguments)));
        }
        all.addAll(own);
        return all;
    }

    /// Runs the calls of one answer side by side; results in the order of the calls.
    List<LlmClient.Result> call(List<LlmClient.Call> calls, List<SampleTool> tools) {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var running =
                    calls.stream().map(call -> threads.submit(() -> call(call, tools))).toList();
            var results = new ArrayList<LlmClient.Result>();
            for (var one : running) {
                results.add(one.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a tool call failed", e.getCause());
        }
    }

    /// Tool calls that this agent carried out, its own tools included.
    int executions() {
        return executions.get();
    }

    @Override
    public void close() {
        forget(client);
    }

    private LlmClient.Result call(LlmClient.Call call, List<SampleTool> tools) {
        executions.incrementAndGet();
        for (SampleTool tool : tools) {
            if (tool.name().equals(call.name())) {
                return new LlmClient.Result(call, tool.call(call.arguments()));
            }
        }
        return new LlmClient.Result(call, ToolOutcome.failed("there is no tool " + call.name()));
    }

    private ToolOutcome remote(String name, Map<String, Object> arguments) {
        var request = McpSchema.CallToolRequest.builder(name).arguments(arguments).build();
        for (int attempt = 1; ; attempt++) {
            McpSyncClient current = null;
            try {
                current = connected();
                return outcome(current.callTool(request));
            } catch (McpError e) {
                return ToolOutcome.failed(String.valueOf(e.getMessage()));
            } catch (RuntimeException e) {
                if (attempt >= tries) {
                    throw e;
                }
                forget(current);
                Backoff.pause();
            }
        }
    }

    private static ToolOutcome outcome(McpSchema.CallToolResult result) {
        String text =
                result.content().stream()
                        .filter(McpSchema.TextContent.class::isInstance)
                        .map(content -> ((McpSchema.TextContent) content).text())
                        .collect(Collectors.joining("\n"));
        return new ToolOutcome(text, Boolean.TRUE.equals(result.isError()));
    }

    private McpSyncClient connected() {
        connecting.lock();
        try {
            if (client == null) {
                client = connect();
            }
            return client;
        } finally {
            connecting.unlock();
        }
    }

    private McpSyncClient connect() {
        var requests = HttpRequest.newBuilder();
        headers.forEach(requests::header);
        var transport =
                HttpClientStreamableHttpTransport.builder(
                                endpoint.getScheme() + "://" + endpoint.getAuthority())
                        .endpoint(endpoint.getPath())
                        .requestBuilder(requests)
                        .build();
        var fresh = McpClient.sync(transport).requestTimeout(CALL_TIMEOUT).build();
        fresh.initialize();
        return fresh;
    }

    private void forget(@Nullable McpSyncClient broken) {
        connecting.lock();
        try {
            if (broken != null && broken.equals(client)) {
                client = null;
                broken.close();
            }
        } finally {
            connecting.unlock();
        }
    }

    private static Map<String, String> parameters(@Nullable Map<String, Object> schema) {
        if (schema == null || !(schema.get("properties") instanceof Map<?, ?> properties)) {
            return Map.of();
        }
        var parameters = new TreeMap<String, String>();
        properties.forEach((name, property) -> {
            Object description = property instanceof Map<?, ?> map ? map.get("description") : null;
            parameters.put(String.valueOf(name), description == null ? "" : description.toString());
        });
        return parameters;
    }
}
