package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A legacy session that one gateway has opened goes on at another.
class SharedSessionsTest {
    private final Map<String, String> records = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private final SessionStore store =
            new SessionStore() {
                @Override
                public void put(String id, String record) {
                    records.put(id, record);
                }

                @Override
                public String get(String id) {
                    asked.add(id);
                    return records.get(id);
                }

                @Override
                public void remove(String id) {
                    records.remove(id);
                }
            };
    private final Sessions here = sessions();
    private final Sessions there = sessions();

    private Sessions sessions() {
        var config =
                new McpConfig.Downstream(
                        List.of(),
                        List.of(),
                        1 << 20,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(15),
                        Duration.ofMinutes(30),
                        100);
        var sessions = new Sessions(config, _ -> {});
        sessions.share(store);
        return sessions;
    }

    private static ClientProfile client() {
        return new ClientProfile(
                Revision.V2025_06_18,
                Json.object().put("name", "agent").put("version", "7"),
                Json.object().set("elicitation", Json.object()));
    }

    private Session opened() {
        return here.open("team-a", Endpoint.of("files"), client());
    }

    @Test
    void anotherGatewayFindsItWithAllThatItsClientSaid() {
        var session = opened();

        var found = there.find(session.id(), "team-a", Endpoint.of("files")).orElseThrow();

        assertThat(found.id()).isEqualTo(session.id());
        assertThat(found.client()).isEqualTo(client());
        assertThat(found.belongsTo("team-a", Endpoint.of("files"))).isTrue();
        assertThat(there.find(session.id(), "team-a", Endpoint.of("files"))).containsSame(found);
        assertThat(asked).as("the store is asked once").hasSize(1);
    }

    @Test
    void itStaysBoundToItsCredentialAndItsPath() {
        var session = opened();

        assertThat(there.find(session.id(), "team-b", Endpoint.of("files"))).isEmpty();
        assertThat(there.find(session.id(), "team-a", Endpoint.of("mail"))).isEmpty();
        assertThat(there.all()).as("nothing was opened for a stranger").isEmpty();
    }

    @Test
    void whatItsClientHasEndedIsGoneForAll() {
        var session = opened();
        here.close(session);

        assertThat(there.find(session.id(), "team-a", Endpoint.of("files"))).isEmpty();
    }

    /// Another gateway goes on when this one stops.
    @Test
    void aGatewayThatStopsLeavesItsSessions() {
        var session = opened();
        here.closeAll();

        assertThat(there.find(session.id(), "team-a", Endpoint.of("files"))).isPresent();
    }

    @Test
    void whatNobodyHasOpenedIsNotEvenLookedUp() {
        assertThat(there.find("x", "team-a", Endpoint.of("files"))).isEmpty();
        assertThat(there.find("../" + "a".repeat(29), "team-a", Endpoint.of("files"))).isEmpty();
        assertThat(there.find("a".repeat(1 << 20), "team-a", Endpoint.of("files"))).isEmpty();
        assertThat(asked).isEmpty();
    }

    @Test
    void aRecordThatIsNoneIsNoSession() {
        var id = "a".repeat(32);
        for (var text :
                List.of(
                        "",
                        "{",
                        "[]",
                        "{}",
                        "{\"caller\":\"team-a\",\"path\":\"/mcp/files\",\"revision\":\"1999-01-01\","
                                + "\"info\":{},\"capabilities\":{}}")) {
            records.put(id, text);
            assertThat(there.find(id, "team-a", Endpoint.of("files"))).as(text).isEmpty();
        }
    }

    @Test
    void withoutAStoreNothingIsShared() {
        var alone =
                new Sessions(
                        new McpConfig.Downstream(
                                List.of(),
                                List.of(),
                                1 << 20,
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(15),
                                Duration.ofMinutes(30),
                                100),
                        _ -> {});
        var session = alone.open("team-a", Endpoint.of("files"), client());

        assertThat(records).isEmpty();
        assertThat(alone.find(session.id(), "team-a", Endpoint.of("files"))).containsSame(session);
    }
}
