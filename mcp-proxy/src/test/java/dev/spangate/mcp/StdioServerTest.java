package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spangate.mcp.McpUpstreamException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real child process behind the whole upstream half.
class StdioServerTest {
    @TempDir Path folder;
    private final Upstreams upstreams = new Upstreams();

    @AfterEach
    void stop() {
        upstreams.close();
    }

    @Test
    void aCallIsAnsweredByTheChild() {
        var server = server("");

        assertThat(Calls.text(server.request(Calls.tool("ok")))).startsWith("pid ");
        assertThat(server.status().state()).isEqualTo(ServerStatus.State.READY);
        assertThat(server.status().era()).isEqualTo(Era.LEGACY);
        assertThat(server.hello(Calls.tool("ok")).serverInfo().path("name").stringValue())
                .isEqualTo("sh");
    }

    @Test
    void linesThatAreNoJsonAreSkipped() {
        var server = server(",'env':{'START_NOISE':'1'}");

        assertThat(Calls.text(server.request(Calls.tool("garbage")))).isEqualTo("after garbage");
        assertThat(Calls.text(server.request(Calls.tool("ok")))).startsWith("pid ");
    }

    @Test
    void aResponseWithoutAnIdHarmsNothing() {
        var server = server("");

        assertThat(Calls.text(server.request(Calls.tool("nullid")))).isEqualTo("after null id");
    }

    @Test
    void anExitIsNamedAtOnceWithCodeAndLastWordsAndTheNextCallStartsItAgain() {
        var server = server(",'env':{'SERVER_KEY':'canary-4711'}");
        var before = Calls.text(server.request(Calls.tool("ok")));

        assertThatThrownBy(() -> server.request(Calls.tool("die")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CLOSED))
                .hasMessageContaining("MCP server 'srv'")
                .hasMessageContaining("code 3")
                .hasMessageContaining("fatal:")
                .hasMessageNotContaining("abc123secret")
                .hasMessageNotContaining("canary-4711");
        assertThat(server.status().state()).isEqualTo(ServerStatus.State.FAILED);
        assertThat(Calls.text(server.request(Calls.tool("ok"))))
                .startsWith("pid ")
                .isNotEqualTo(before);
        assertThat(server.status().lastError()).contains("code 3");
    }

    @Test
    void theChildSeesNoneOfOurEnvironmentButTheAllowedAndTheConfigured() {
        var server = server(",'env':{'SERVER_KEY':'mine'}");

        var seen = Calls.text(server.request(Calls.tool("env")));

        assertThat(seen).contains("SERVER_KEY=mine").contains("PATH=");
        System.getenv().keySet().stream()
                .filter(name -> !ChildEnvironment.of(System.getenv(), Map.of()).containsKey(name))
                .filter(name -> !List.of("PWD", "OLDPWD", "SHLVL", "_").contains(name))
                .forEach(name -> assertThat(seen).doesNotContain(" " + name + "="));
    }

    @Test
    void theWorkingFolderIsTheConfiguredOne() throws IOException {
        var server = server(",'cwd':'" + folder + "'");

        assertThat(Calls.text(server.request(Calls.tool("cwd"))))
                .isEqualTo(folder.toRealPath().toString());
    }

    @Test
    void aHangingCallTimesOutAndIsCancelledWhileOthersGoOn() throws Exception {
        var cancelled = folder.resolve("cancelled");
        var server = server(",'env':{'CANCEL_FILE':'" + cancelled + "'}");
        server.request(Calls.tool("ok"));

        assertThatThrownBy(() -> server.request(Calls.tool("hang", Duration.ofMillis(200))))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT))
                .hasMessageContaining("tools/call");

        assertThat(Calls.text(server.request(Calls.tool("ok")))).startsWith("pid ");
        Upstreams.eventually(
                () -> Files.exists(cancelled) && Files.readString(cancelled).contains("requestId"));
    }

    @Test
    void cancellingEndsTheCallAtOnceAndTellsTheServer() throws Exception {
        var cancelled = folder.resolve("cancelled");
        var server = server(",'env':{'CANCEL_FILE':'" + cancelled + "'}");
        server.request(Calls.tool("ok"));
        var call = Calls.tool("hang");
        var ended = new CountDownLatch(1);
        var thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                server.request(call);
                            } catch (McpUpstreamException failure) {
                                if (failure.kind() == Kind.CANCELLED) {
                                    ended.countDown();
                                }
                            }
                        });

        call.cancel("user went away");

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        thread.join();
        call.cancel("twice does nothing");
        assertThat(server.status().lastError()).isNull();
    }

    @Test
    void aMessageOverTheLimitFailsItsCallAlone() {
        var server = server(",'max-response':'100KB'");

        assertThatThrownBy(() -> server.request(Calls.tool("big")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE))
                .hasMessageContaining("max-response");
        assertThat(Calls.text(server.request(Calls.tool("ok")))).startsWith("pid ");
    }

    @Test
    void aServerThatDiesOfTheProbeIsStartedAgainAsLegacy() {
        var server = server(",'env':{'DIE_ON_DISCOVER':'1'}");

        assertThat(Calls.text(server.request(Calls.tool("ok")))).startsWith("pid ");
        assertThat(server.status().era()).isEqualTo(Era.LEGACY);
    }

    @Test
    void progressComesUnderTheCallersTokenAndKeepsItsNumbers() {
        var server = server("");
        var recorder = new Calls.Recorder("{}");
        var call =
                Calls.call(
                        "tools/call",
                        "{'name':'progress','_meta':{'progressToken':'mine','keep':{'deep':[1]}}}",
                        recorder);

        assertThat(Calls.text(server.request(call))).isEqualTo("done");

        assertThat(recorder.notifications).hasSize(1);
        var params = recorder.notifications.getFirst().path("params");
        assertThat(params.path("progressToken").stringValue()).isEqualTo("mine");
        assertThat(params.path("extra").decimalValue()).isEqualByComparingTo("1e-7");
    }

    @Test
    void aQuestionOfTheServerReachesTheCallInFlight() {
        var server = server("");
        var recorder =
                new Calls.Recorder("{'action':'accept','content':{'x':12345678901234567890}}");

        var result = Calls.result(server.request(Calls.tool("ask", recorder)));

        assertThat(recorder.requests).singleElement().asString().startsWith("elicitation/create");
        assertThat(result.path("echo").path("result").path("content").path("x").bigIntegerValue())
                .isEqualTo("12345678901234567890");
    }

    @Test
    void aChangedListIsTold() {
        var server = server("");
        var kinds = new CopyOnWriteArrayList<String>();
        server.onListChanged(kinds::add);

        server.request(Calls.tool("changed"));

        assertThat(kinds).containsExactly("tools");
    }

    @Test
    void aCommandThatDoesNotExistIsNamedWithoutItsArguments() {
        var server =
                upstreams.open(
                        Calls.server("{'command':'/no/such/program','args':['--key=canary-1']}"));

        assertThatThrownBy(() -> server.request(Calls.tool("ok")))
                .isInstanceOfSatisfying(
                        McpUpstreamException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.CONNECT))
                .hasMessageContaining("/no/such/program")
                .hasMessageNotContaining("canary-1");
    }

    @Test
    void aChildThatIgnoresTermIsKilledAndLeavesNoZombie() throws Exception {
        var pids = folder.resolve("pids");
        var server = server(",'env':{'PID_FILE':'" + pids + "'}");
        server.request(Calls.tool("stubborn"));
        long pid = Long.parseLong(Files.readString(pids).strip());

        server.close();

        assertThat(ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)).isFalse();
        assertThat(Files.exists(Path.of("/proc/" + pid))).isFalse();
    }

    @Test
    void eachClientHasAProcessOfItsOwnUnlessShared() {
        var own = server("");
        var shared = server(",'session':'shared'");

        assertThat(pids(own)).hasSize(2);
        assertThat(pids(shared)).hasSize(1);
    }

    private static Set<String> pids(ConnectedServer server) {
        var pids = new HashSet<String>();
        for (var client : List.of("alice", "bob", "alice")) {
            var call =
                    new UpstreamCall(
                            "tools/call",
                            Calls.object("{'name':'ok'}"),
                            Calls.client(client),
                            Map.of(),
                            Calls.PATIENT,
                            MessageListener.deaf());
            pids.add(Calls.text(server.request(call)));
        }
        return pids;
    }

    private ConnectedServer server(String more) {
        return upstreams.stdio(more);
    }
}
