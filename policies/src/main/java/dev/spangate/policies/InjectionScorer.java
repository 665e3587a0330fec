package dev.spangate.policies;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;

/// Scores how much a text tries to give a model orders that its reader did not ask for.
///
/// The rules are published (docs/policies.md): each has an id and a weight, the score is 1 − ∏(1 −
/// w) over the rules that match. It is a filter for the plain attempts, not a proof of
/// harmlessness.
final class InjectionScorer {
    private record Rule(String id, double weight, Pattern pattern) {}

    private static final List<Rule> RULES =
            List.of(
                    rule(
                            "override",
                            0.6,
                            "\\b(?:ignore|disregard|forget|override|bypass|skip)\\b.{0,40}\\b(?:previous|prior|above|earlier|all|any|your|system|these|the)\\b.{0,30}\\b(?:instruction|prompt|rule|direction|guideline|context|polic|restriction|safety)"),
                    rule(
                            "new-orders",
                            0.5,
                            "\\b(?:new|updated|real|actual|true) (?:instruction|order|objective|system prompt|directive)s?\\b.{0,10}[:\\n]"),
                    rule(
                            "role-switch",
                            0.5,
                            "\\byou are (?:now (?:in|an?|the|my|acting|free)|no longer)\\b|\\bact as (?:an? )?(?:unrestricted|unfiltered|jailbroken|dan\\b|developer mode)|\\b(?:dan|developer|god|jailbreak) mode\\b"),
                    rule(
                            "fake-turn",
                            0.6,
                            "(?:^|\\n|[.!?] )\\s*(?:#{2,}\\s*)?(?:system|assistant|developer)\\s*(?:prompt|message|note|override)?\\s*:|<\\|?(?:im_start|system|endoftext|start_header_id)\\|?>|\\[/?INST\\]|<</?SYS>>"),
                    rule(
                            "hide",
                            0.6,
                            "\\b(?:do not|don't|never|without)\\b.{0,20}\\b(?:tell|telling|inform|informing|mention|mentioning|reveal|show|alert|notify|notifying)\\b.{0,30}\\b(?:user|human|anyone|operator|owner|person)"),
                    rule(
                            "before-using",
                            0.5,
                            "\\bbefore (?:using|calling|invoking|running) (?:this|the|any) (?:tool|function)\\b.{0,60}\\b(?:read|send|call|include|pass|open|fetch)"),
                    rule(
                            "exfiltrate",
                            0.6,
                            "\\b(?:send|post|upload|forward|transmit|leak|exfiltrate|copy|email|append|include)\\b.{0,60}\\b(?:api[ _-]?keys?|passwords?|secrets?|tokens?|credentials?|\\.env|id_rsa|ssh keys?|private keys?|chat history|system prompt|env(?:ironment)? variables?)\\b"),
                    rule(
                            "reveal-prompt",
                            0.5,
                            "\\b(?:reveal|print|show|repeat|output|display|dump)\\b.{0,30}\\b(?:system prompt|hidden (?:prompt|instructions?)|initial (?:prompt|instructions?)|your (?:instructions?|prompt|rules))"),
                    rule(
                            "urgent-authority",
                            0.3,
                            "<(?:important|critical|system|secret|instructions?|admin)>|\\b(?:important|attention|critical|urgent)[ :!]{1,4}.{0,40}\\b(?:ai|assistant|model|agent|llm)s?\\b"),
                    rule(
                            "must-call",
                            0.4,
                            "\\b(?:you must|you have to|always|immediately|first)\\b.{0,30}\\b(?:call|invoke|run|execute|use)\\b.{0,30}\\b(?:tool|function|command|shell|bash|curl)"),
                    rule(
                            "hidden-characters",
                            0.5,
                            "[\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2060}-\\x{2064}]{3,}|[\\x{E0000}-\\x{E007F}]{2,}"),
                    rule(
                            "markdown-beacon",
                            0.5,
                            "!\\[[^\\]]{0,80}\\]\\(https?://[^)\\s]{1,200}[?&][^)\\s]{0,40}=(?:\\{|%7B|\\$|<)"));

    private InjectionScorer() {}

    /// A score and the ids of the rules behind it.
    record Score(double value, List<String> rules) {}

    static Score score(String text) {
        var calm = text.length() > 200_000 ? text.substring(0, 200_000) : text;
        List<String> matched = new ArrayList<>(0);
        double harmless = 1;
        for (var rule : RULES) {
            if (rule.pattern().matcher(calm).find()) {
                matched.add(rule.id());
                harmless *= 1 - rule.weight();
            }
        }
        return new Score(1 - harmless, List.copyOf(matched));
    }

    private static Rule rule(String id, double weight, String pattern) {
        return new Rule(id, weight, Pattern.compile("(?is)" + pattern));
    }
}
