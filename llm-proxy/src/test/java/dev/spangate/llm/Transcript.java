package dev.spangate.llm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.spangate.llm.FrameReader.Framing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// One exchange with a provider as its reference describes it: a file with its source, the request,
/// what must be read from it, and the answer byte by byte.
///
/// @param name directory and file name
/// @param header `source`, `path`, `status`, `content-type`, `newline`
/// @param response the body as sent
record Transcript(
        String name,
        Map<String, String> header,
        String request,
        JsonNode expected,
        byte[] response) {
    private static final Path ROOT = Path.of("src/test/resources/transcripts");

    static List<Transcript> all() {
        try (var files = Files.walk(ROOT)) {
            return files.filter(file -> file.toString().endsWith(".txt"))
                    .sorted()
                    .map(Transcript::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Files that stand among them and are none: nobody reads these.
    static List<String> unread() {
        try (var files = Files.walk(ROOT)) {
            var read = all().stream().map(Transcript::name).toList();
            return files.filter(Files::isRegularFile)
                    .map(file -> ROOT.relativize(file).toString())
                    .filter(name -> !read.contains(name.replace(".txt", "")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// One of them, by directory and file name.
    static Transcript named(String name) {
        return read(ROOT.resolve(name + ".txt"));
    }

    private static Transcript read(Path file) {
        try {
            String text = Files.readString(file);
            int request = text.indexOf("=== request\n");
            int expect = text.indexOf("\n=== expect\n");
            int response = text.indexOf("\n=== response\n");
            var header = new TreeMap<String, String>();
            for (String line : text.substring(0, request).lines().toList()) {
                header.put(
                        line.substring(2, line.indexOf(':')),
                        line.substring(line.indexOf(':') + 2));
            }
            String body = text.substring(response + "\n=== response\n".length());
            return new Transcript(
                    ROOT.relativize(file).toString().replace(".txt", ""),
                    header,
                    text.substring(request + "=== request\n".length(), expect),
                    Json.object(text.substring(expect + "\n=== expect\n".length(), response))
                            .orElseThrow(() -> new IllegalStateException(file + ": expect")),
                    bytes(body, header));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String body, Map<String, String> header) {
        return switch (header.getOrDefault("newline", "lf")) {
            case "crlf" -> body.replace("\n", "\r\n").getBytes(UTF_8);
            case "base64" -> java.util.Base64.getMimeDecoder().decode(body);
            default -> body.getBytes(UTF_8);
        };
    }

    String path() {
        return header.getOrDefault("path", "");
    }

    int status() {
        return Integer.parseInt(header.getOrDefault("status", "200"));
    }

    String contentType() {
        return header.getOrDefault("content-type", "");
    }

    boolean streamed() {
        return framing() != Framing.WHOLE;
    }

    Framing framing() {
        return dialect().framing(contentType(), (char) (response[0] & 0xff));
    }

    /// By the body, or by the path where the dialect says it there.
    boolean asksForStream(JsonNode request) {
        boolean usual = path().contains("/api/chat") || path().contains("/api/generate");
        return path().contains(":streamGenerateContent")
                || path().endsWith("/converse-stream")
                || request.path("stream").asBoolean(usual);
    }

    Dialect dialect() {
        return Dialect.of(Endpoint.of("POST", path().replaceFirst("\\?.*", ""))).orElseThrow();
    }

    @Override
    public String toString() {
        return name;
    }
}
