package dev.spangate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// The pages on MCP hold whole configurations, and name tests that exist.
class DocsConfigurationsTest {
    private static final Path ROOT = Path.of(System.getProperty("spangate.root", ".."));
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\\n(.*?)^```$");
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "GITHUB_TOKEN", "gh-0123456789",
                    "SPANGATE_ADMIN_TOKEN", "operator-token",
                    "SUPPORT_KEY", "sgk_support_0123456789",
                    "FINANCE_KEY", "sgk_finance_0123456789",
                    "PORTAL_KEY", "sgk_portal_0123456789",
                    "TEAM_A_KEY", "sgk_team_a_0123456789",
                    "CRM_CLIENT_SECRET", "crm-0123456789",
                    "HOME", "/users/me");

    @TestFactory
    List<DynamicTest> everyYamlBlockIsAConfiguration() throws IOException {
        var tests = new ArrayList<DynamicTest>();
        var blocks =
                BLOCK.matcher(Files.readString(ROOT.resolve("docs/mcp.md"))).results().toList();
        for (var block : blocks) {
            var yaml = block.group(1);
            tests.add(
                    DynamicTest.dynamicTest(
                            "block " + (tests.size() + 1),
                            () -> {
                                var config = GatewayConfig.parse(yaml, ENVIRONMENT);
                                boolean servers = !config.mcp().servers().isEmpty();
                                assertThat(servers || yaml.contains("registration:"))
                                        .as("it says something")
                                        .isTrue();
                            }));
        }
        assertThat(tests).hasSizeGreaterThan(6);
        return tests;
    }

    @Test
    void namedTestsExist() throws IOException {
        var page = Files.readString(ROOT.resolve("docs/security.md"));
        var named =
                Pattern.compile("`(\\w+Test)`").matcher(page).results().map(each -> each.group(1));
        List<String> sources;
        try (var files = Files.walk(ROOT)) {
            sources =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.endsWith("Test.java"))
                            .toList();
        }

        assertThat(named.map(name -> name + ".java").distinct()).isNotEmpty().isSubsetOf(sources);
    }

    /// A mistake in the pages' keys would otherwise be found by a reader.
    @Test
    void thePagesNameOnlyClientsThatThereAre() throws IOException {
        var page = Files.readString(ROOT.resolve("docs/mcp.md"));
        var named = Pattern.compile("spangate connect ([a-z|-]+)").matcher(page);

        assertThat(named.find()).isTrue();
        assertThat(named.group(1).split("\\|", -1)).containsExactlyElementsOf(Snippets.CLIENTS);
    }
}
