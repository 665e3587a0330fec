package dev.spangate.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spangate.proxy.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class NameTableTest {
    @Test
    void onCollisionPrefixesTheEqualNamesOfAllServers() {
        var table =
                table(McpConfig.Prefix.ON_COLLISION, offer("a", "x", "same"), offer("b", "same"));
        assertThat(names(table)).containsExactly("a_same", "x", "b_same");
        assertThat(table.find("b_same").orElseThrow().own()).isEqualTo("same");
        assertThat(table.find("same")).isEmpty();
    }

    @Test
    void neverKeepsTheFirstOfEqualNames() {
        var table = table(McpConfig.Prefix.NEVER, offer("a", "same"), offer("b", "same", "y"));
        assertThat(names(table)).containsExactly("same", "y");
        assertThat(table.find("same").orElseThrow().server()).isEqualTo("a");
    }

    @Test
    void prefixedNamesThatMeetAreToldApartByAHash() {
        var table = table(McpConfig.Prefix.ALWAYS, offer("a", "b_c"), offer("a_b", "c"));
        assertThat(table.entries()).hasSize(2);
        assertThat(table.find("a_b_c").orElseThrow().server()).isEqualTo("a");
        var other = names(table).get(1);
        assertThat(other).matches("a_b_c_[0-9a-f]{8}");
        assertThat(table.find(other).orElseThrow().own()).isEqualTo("c");
    }

    @Test
    void longNamesAreCutAndStayDistinctAndStable() {
        var stem = "a_very_long_tool_name_that_goes_on_and_on_and_on_";
        var table = table(McpConfig.Prefix.ALWAYS, offer("server", stem + "1", stem + "2"));
        assertThat(names(table)).hasSize(2).allMatch(name -> name.length() == 48);
        assertThat(new HashSet<>(names(table))).hasSize(2);
        assertThat(names(table(McpConfig.Prefix.ALWAYS, offer("server", stem + "1", stem + "2"))))
                .isEqualTo(names(table));
    }

    @Test
    void unprefixedNamesAreLeftAsTheyAre() {
        var odd = "dots.and/slashes " + "x".repeat(120);
        assertThat(names(table(McpConfig.Prefix.NEVER, offer("a", odd)))).containsExactly(odd);
    }

    /// Model APIs take 64 characters at most; where names are ours to give, a longer one is cut.
    @Test
    void unprefixedNamesThatNoModelTakesAreCutUnlessNamesMustStay() {
        var stem = "n".repeat(70);
        var table =
                table(
                        McpConfig.Prefix.ON_COLLISION,
                        offer("a", stem + "1", stem + "2", "n".repeat(64)));

        assertThat(names(table)).hasSize(3).allMatch(name -> name.length() == 64);
        assertThat(names(table)).contains("n".repeat(64));
        assertThat(table.find(names(table).getFirst()).orElseThrow().own()).hasSize(71);
        assertThat(table.entries())
                .allSatisfy(entry ->
                        assertThat(entry.definition().get("name").stringValue())
                                .isEqualTo(entry.name()));
    }

    @Test
    void prefixedNamesHoldHarmlessCharactersAlone() {
        assertThat(names(table(McpConfig.Prefix.ALWAYS, offer("my.srv", "do it/nów"))))
                .containsExactly("my_srv_do_it_n_w");
    }

    @Test
    void definitionSaysTheExposedNameAndTheOriginalIsUntouched() {
        var offer = offer("a", "t");
        var table = table(McpConfig.Prefix.ALWAYS, offer);
        assertThat(table.entries().getFirst().definition().get("name").stringValue())
                .isEqualTo("a_t");
        assertThat(offer.entries().getFirst().get("name").stringValue()).isEqualTo("t");
    }

    @Test
    void sameNameTwiceInOneListCountsOnce() {
        assertThat(names(table(McpConfig.Prefix.NEVER, offer("a", "t", "t")))).containsExactly("t");
    }

    @Test
    void configurationChoosesAndDresses() {
        var choice =
                ServerConfig.ToolChoice.from(
                        Settings.of(
                                "tools",
                                FakeServer.json(
                                        "{'allow': ['read_*', 'x'], 'deny': ['*_secret'],"
                                                + " 'rename': {'x': 'better'}, 'show': {'read_a':"
                                                + " {'description': 'Reads A', 'title': 'A'}}}")));
        var entries = offer("a", "read_a", "read_secret", "write", "x").entries();
        var table =
                table(
                        McpConfig.Prefix.NEVER,
                        new NameTable.Offer("a", Selections.configured(choice), entries));
        assertThat(names(table)).containsExactly("better", "read_a");
        assertThat(table.find("better").orElseThrow().own()).isEqualTo("x");
        assertThat(table.find("read_a").orElseThrow().definition())
                .isEqualTo(
                        FakeServer.json(
                                "{'name': 'read_a', 'title': 'A', 'description': 'Reads A'}"));
    }

    @Test
    void everyToolIsFoundUnderExactlyOneNameWhateverTheNames() {
        var random = new Random(7);
        for (int round = 0; round < 200; round++) {
            var offers = new ArrayList<NameTable.Offer>();
            int tools = 0;
            for (int s = 0; s < 4; s++) {
                var own = new HashSet<String>();
                for (int t = 0; t < 6; t++) {
                    own.add(random(random));
                }
                tools += own.size();
                offers.add(
                        offer("s" + "_".repeat(random.nextInt(2)) + s, own.toArray(String[]::new)));
            }
            var table = NameTable.of(offers, McpConfig.Prefix.ALWAYS, 16);
            assertThat(table.entries()).hasSize(tools);
            assertThat(new HashSet<>(names(table))).hasSize(tools);
            assertThat(names(table)).allMatch(name -> name.matches("[A-Za-z0-9_-]{1,16}"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*,anything,true",
        "read_*,read_,true",
        "read_*,write,false",
        "*_x,a_x_x,true",
        "a*b*c,aXbYc,true",
        "a*b*c,acb,false",
        "?,a,true",
        "?,ab,false",
        "exact,exact,true",
        "exact,exactly,false",
        "a.c,abc,false"
    })
    void globs(String glob, String name, boolean matches) {
        assertThat(Globs.matches(glob, name)).isEqualTo(matches);
    }

    private static String random(Random random) {
        var out = new StringBuilder();
        int length = 1 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            out.append("ab_.é-".charAt(random.nextInt(6)));
        }
        return out.toString();
    }

    private static NameTable table(McpConfig.Prefix prefix, NameTable.Offer... offers) {
        return NameTable.of(Arrays.asList(offers), prefix, 48);
    }

    private static NameTable.Offer offer(String server, String... names) {
        var entries = new ArrayList<ObjectNode>();
        for (var name : names) {
            entries.add(Json.object().put("name", name));
        }
        return new NameTable.Offer(server, NameTable.Selection.all(), entries);
    }

    private static List<String> names(NameTable table) {
        return table.entries().stream().map(NameTable.Entry::name).toList();
    }
}
