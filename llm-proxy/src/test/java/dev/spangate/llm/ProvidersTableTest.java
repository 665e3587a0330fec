package dev.spangate.llm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// `docs/providers.md` says what the code does: no row more, no row less.
class ProvidersTableTest {
    private static final Path PAGE = Path.of("../docs/providers.md");
    private static final String HEAD =
            "| provider (`type`) | endpoint | relay | stream | tools | usage | cost | translation |\n|---|---|---|---|---|---|---|---|";
    private static final Set<Endpoint> WITHOUT_STREAM =
            Set.of(Endpoint.EMBEDDINGS, Endpoint.EMBED_CONTENT, Endpoint.OLLAMA_EMBED);
    private static final Set<Endpoint> WITHOUT_TOOLS =
            Set.of(
                    Endpoint.EMBEDDINGS,
                    Endpoint.EMBED_CONTENT,
                    Endpoint.OLLAMA_EMBED,
                    Endpoint.COMPLETIONS,
                    Endpoint.OLLAMA_GENERATE);

    @Test
    void everyRowIsWhatTheCodeDoes() throws Exception {
        String table = HEAD + "\n" + String.join("\n", rows()) + "\n";
        assertThat(Files.readString(PAGE))
                .as("docs/providers.md must hold\n%s", table)
                .contains(table);
    }

    @Test
    void everyEndpointThatIsReadHasATranscript() {
        var endpoints =
                Transcript.all().stream()
                        .map(t -> Endpoint.of("POST", t.path().replaceFirst("\\?.*", "")))
                        .toList();
        for (var endpoint : Endpoint.values()) {
            if (Dialect.of(endpoint).isPresent()) {
                assertThat(endpoints).contains(endpoint);
            }
        }
    }

    private static List<String> rows() {
        var rows = new ArrayList<String>();
        for (var type : ProviderType.values()) {
            for (var endpoint : Endpoint.values()) {
                boolean served = endpoint != Endpoint.OTHER && type.serves(endpoint);
                var translation = Translation.of(endpoint, type);
                if (served) {
                    rows.add(row(type, endpoint, "bytes", "none needed"));
                } else if (translation.isPresent()) {
                    String target = "to `" + translation.get().endpoint().suffix() + "`";
                    rows.add(row(type, endpoint, "on `/v1`", target));
                }
            }
        }
        return rows;
    }

    private static String row(
            ProviderType type, Endpoint endpoint, String relay, String translation) {
        return "| %s | `%s` | %s | %s | %s | %s | %s | %s |"
                .formatted(
                        type.key(),
                        endpoint.suffix(),
                        relay,
                        WITHOUT_STREAM.contains(endpoint) ? "-" : "yes",
                        WITHOUT_TOOLS.contains(endpoint) ? "-" : "yes",
                        endpoint == Endpoint.EMBED_CONTENT ? "-" : "yes",
                        Prices.hasTable(type.providerName("")) ? "table" : "configured",
                        translation);
    }
}
