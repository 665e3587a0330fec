package dev.spangate.gateway;

/// What to do when a model's answer is an error.
final class ModelFix {
    private ModelFix() {}

    static String of(MarkedCalls.Answer answer, String model) {
        var code = answer.body().at("/error/code").asString("");
        int slash = model.indexOf('/');
        var setting = "llm.providers." + (slash > 0 ? model.substring(0, slash) : "NAME");
        if (model.startsWith("spangate-verify/")
                && (code.equals("unknown_provider") || code.equals("unknown_model"))) {
            return "the running gateway does not know `verify` yet: it reads its file once a second; is it that file?";
        }
        return switch (answer.status()) {
            case 401 ->
                    code.equals("unauthorized")
                            ? "the gateway wants a caller's key: --key, SPANGATE_KEY, or --config with callers"
                            : "the provider refuses its key: " + setting + ".api-key";
            case 403 -> "the provider's key may not use this model: " + setting + ".api-key";
            case 404 ->
                    "no such model there: --model provider/model, or an alias of llm.models; else "
                            + setting
                            + ".base-url";
            case 429 -> "the provider's limit is reached: later, or another --model";
            case 502, 503, 504 ->
                    "the provider is not reached: " + setting + ".base-url; ./spangate doctor";
            default -> "the provider says so itself; ./spangate doctor checks its key and address";
        };
    }
}
