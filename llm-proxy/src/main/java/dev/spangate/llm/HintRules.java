package dev.spangate.llm;

import dev.spangate.proxy.Hints;
import dev.spangate.proxy.Settings;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Where clients of this gateway say whose request it is, beside the places that are known anyway.
///
/// Written as `header.NAME` or `body.KEY.KEY`. The first that says something counts, before any
/// known place. What they say is no authority: identity is the caller alone.
///
/// @param session the session or conversation
/// @param user the end user
/// @param agent the agent's name
public record HintRules(List<String> session, List<String> user, List<String> agent) {
    /// Only the known places.
    static final HintRules NONE = new HintRules(List.of(), List.of(), List.of());

    private static final Pattern HEADER = Pattern.compile("header\\.[A-Za-z0-9_-]{1,100}");
    private static final Pattern BODY = Pattern.compile("body(\\.[A-Za-z0-9_-]{1,100}){1,8}");

    public HintRules {
        session = List.copyOf(session);
        user = List.copyOf(user);
        agent = List.copyOf(agent);
    }

    static HintRules from(Settings settings) {
        var rules =
                new HintRules(
                        places(settings, "session"),
                        places(settings, "user"),
                        places(settings, "agent"));
        settings.end();
        return rules;
    }

    private static List<String> places(Settings settings, String key) {
        var places = new ArrayList<String>();
        for (String place : settings.texts(key)) {
            if (!HEADER.matcher(place).matches() && !BODY.matcher(place).matches()) {
                throw settings.problem(
                        key,
                        "'" + place + "' must be header.NAME or body.KEY, as in body.metadata.id");
            }
            places.add(place);
        }
        return places;
    }

    /// @param body null where it could not be read
    Hints apply(Headers headers, @Nullable JsonNode body, Hints known) {
        if (session.isEmpty() && user.isEmpty() && agent.isEmpty()) {
            return known;
        }
        return new Hints(
                first(session, headers, body).orElse(known.session()),
                known.thread(),
                known.turn(),
                first(user, headers, body).orElse(known.user()),
                first(agent, headers, body).orElse(known.agent()),
                known.fallbackSession());
    }

    private static Optional<String> first(
            List<String> places, Headers headers, @Nullable JsonNode body) {
        return places.stream()
                .map(place -> said(place, headers, body))
                .filter(text -> !text.isBlank())
                .findFirst();
    }

    private static String said(String place, Headers headers, @Nullable JsonNode body) {
        String[] keys = place.split("\\.", -1);
        if (keys[0].equals("header")) {
            HeaderName name = HeaderNames.create(keys[1]);
            return headers.first(name).orElse("");
        }
        JsonNode node = body;
        for (int i = 1; i < keys.length && node != null; i++) {
            node = node.path(keys[i]);
        }
        return node == null ? "" : node.asString("");
    }
}
